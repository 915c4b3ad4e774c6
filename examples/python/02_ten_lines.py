"""A first result, in ten lines: from a spreadsheet to a trajectory and a committee's dossier."""

import essor

years = [("2020", 1_200_000, 1_363_636), ("2021", 1_200_000, 3_000_000), ("2022", 1_100_000, 2_700_000)]
table = [{"product": "files", "period": year, "cost": cost, "value": value} for year, cost, value in years]
portfolio = essor.Portfolio.from_table(table, metric="files", unit="file")
for window in portfolio.indicators(history=True):
    print(f"{window['start'][:4]}: {window['unit_cost']:.2f} EUR per file, {window['trajectory']}")
dossier = portfolio.dossier("files", lang="en")
print(dossier.answers["Q4"]["answer"])
dossier.save("dossier.html")
