// A first result, in ten lines: from a spreadsheet to a trajectory and a committee's dossier.
#include <essor/essor.hpp>
#include <essor/io.hpp>
#include <iostream>

int main() {
  const auto table = essor::table_from_csv(
      "product,period,cost,value\nfiles,2020,1200000,1363636\nfiles,2021,1200000,3000000\nfiles,2022,1100000,2700000",
      "spending.csv", "table");
  const auto portfolio = essor::from_five_columns(table, {.metric = "files", .unit = "file"});
  for (const auto& w : essor::indicators(portfolio.as_of(), {.months = 12, .history = true}))
    std::cout << essor::date_text(w.window.start()).substr(0, 4) << ": "
              << essor::decimal_text(w.unit_cost.value, essor::Language::english, 2) << " EUR per file, "
              << essor::word(w.trajectory) << "\n";
  const auto dossier = essor::assemble_dossier(portfolio, "files", {.language = essor::Language::english});
  std::cout << dossier.answers[3].answer << "\n";
  essor::write_text("dossier.html", essor::to_html(dossier));
}
