// The main job: from the records of the worked cases to what an investment committee reads.
//
// Prints a table of all cases, then four of them in detail, and writes the dossier of each in French and English, as
// HTML and Markdown. With ESSOR_EVALUATION_DATA set it also runs the UK public services as one portfolio.
//
//     01_committee [--datasets DIR] [--out DIR]
//
// The example of the same name in Python prints the same text, to the last digit.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "essor/essor.hpp"
#include "essor/io.hpp"

namespace {

using Row = std::vector<std::string>;
using Rows = std::vector<Row>;

/// The shortest text that reads back as the same number; a dash for none.
std::string number(double x) { return std::isfinite(x) ? essor::number_text(x) : "-"; }

std::string printed(const char* format, double x) {
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), format, x);
  return text.data();
}

/// A number for reading: three significant digits, whole from a thousand on; a dash for none.
std::string rounded(double x) {
  if (!std::isfinite(x)) return "-";
  return std::abs(x) >= 1000 ? printed("%.0f", x) : printed("%.3g", x);
}

void title(std::string_view text) { std::cout << "\n" << text << "\n" << std::string(text.size(), '-') << "\n"; }

/// Every column but the last is as wide as its widest cell, numbers to the right.
void table(const Rows& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows)
    for (std::size_t column = 0; column < row.size(); ++column)
      widths[column] = std::max(widths[column], row[column].size());
  for (const Row& row : rows) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      const std::string space(widths[column] - row[column].size(), ' ');
      if (column > 0) std::cout << "  ";
      if (column + 1 == row.size())
        std::cout << row[column] << "\n";
      else
        std::cout << (column == 0 ? row[column] + space : space + row[column]);
    }
  }
}

/// The figures of a case: unit cost now and before, growths, probabilities.
std::vector<double> summary(const essor::Dossier& dossier) {
  if (dossier.windows.empty()) return std::vector<double>(6, essor::unknown);
  const essor::WindowFigures& now = dossier.windows[0];
  const bool pair = dossier.windows.size() > 1 && std::isfinite(now.g_cost);
  return {now.unit_cost.value, pair ? dossier.windows[1].unit_cost.value : essor::unknown,
          now.g_cost,          now.g_impact,
          now.p_observed,      now.p_trend};
}

/// One line for each case, for reading, then the same figures with all their digits.
void all_cases(const std::vector<essor::Dossier>& dossiers) {
  const Row names{"product", "unit cost", "before", "growth of cost", "of impact", "p_observed", "p_trend"};
  Rows read{names}, digits{names};
  read[0].insert(read[0].begin() + 1, "metric");
  read[0].insert(read[0].end(), {"trajectory", "question to ask"});
  for (const essor::Dossier& dossier : dossiers) {
    Row line{dossier.product, dossier.main_metric.empty() ? "-" : dossier.main_metric}, exact{dossier.product};
    for (const double figure : summary(dossier)) {
      line.push_back(rounded(figure));
      exact.push_back(number(figure));
    }
    line.emplace_back(
        essor::word(dossier.windows.empty() ? essor::Trajectory::too_early : dossier.windows[0].trajectory));
    line.push_back(dossier.question);
    read.push_back(line);
    digits.push_back(exact);
  }
  title("Where each case is now, by its main metric (growths are differences of logarithms)");
  table(read);
  title("The same figures, all digits");
  table(digits);
}

/// The windows of demarches-simplifiees.fr, and what its published figures say against each other.
void files(const essor::Dossier& dossier) {
  title("demarches-simplifiees.fr, year by year");
  Rows rows{{"year", "cost", "files", "unit cost", "growth of cost", "of impact", "p_observed", "trajectory"}};
  for (const essor::WindowFigures& w : dossier.windows)
    rows.push_back({essor::date_text(w.window.start()).substr(0, 4), number(w.cost.value), number(w.impact.value),
                    number(w.unit_cost.value), number(w.g_cost), number(w.g_impact), number(w.p_observed),
                    std::string(essor::word(w.trajectory))});
  table(rows);
  for (const essor::ContradictionLine& contradiction : dossier.contradictions) {
    std::cout << "\n" << contradiction.statement << "\n";
    for (const std::string& reading : contradiction.readings) std::cout << "- " << reading << "\n";
  }
}

/// How the announced total of SIRHEN moved, as each year's committee could have known it.
void estimates(const essor::Dossier& dossier) {
  title("SIRHEN, the total as it was known");
  Rows rows{{"known on", "total", "overrun", "per person managed"}};
  for (const essor::EstimateLine& line : dossier.estimates)
    rows.push_back({essor::date_text(line.known_on), number(line.total), number(line.overrun), number(line.per_unit)});
  table(rows);
  std::cout << "\nSteered as a project or as a product?\n";
  Rows verdicts;
  for (const essor::DifferenceLine& line : dossier.differences)
    verdicts.push_back({line.difference, number(line.figure), std::string(essor::word(line.verdict))});
  table(verdicts);
}

/// Single persons eligible to the minimum vieillesse who did not receive it in 2016 (DREES, Les dossiers de la DREES no
/// 97). Every share and the cost are assumptions of the example.
essor::NonRecourse minimum_vieillesse() {
  const double eligible = 321'200, persistence = 0.96, take_up_without = 0.03;
  return {.eligible_non_recipients = eligible,
          .reach = 0.02,
          .conversion = 0.2,
          .take_up_without = take_up_without,
          .persistence = persistence,
          .newly_eligible = eligible * (1 - persistence * (1 - take_up_without)),
          .months_per_period = essor::months(6),
          .periods = 4,
          .cost = 300'000.0};
}

/// The same where what is least known is an expert's 90 % interval.
essor::NonRecourse minimum_vieillesse_with_intervals() {
  essor::NonRecourse options = minimum_vieillesse();
  options.reach = essor::Factor::interval90(0.01, 0.04);
  options.conversion = essor::Factor::interval90(0.10, 0.35);
  options.take_up_without = essor::Factor::interval90(0.02, 0.05);
  return options;
}

std::vector<std::pair<std::string, essor::Estimate>> avoided_rows(const essor::AvoidedNonRecourse& result) {
  return {{"newly avoided", result.newly_avoided},
          {"receiving at the end", result.receiving},
          {"person-months", result.person_months},
          {"EUR per avoided non-recourse", *result.cost_per_avoided},
          {"EUR per person-month", *result.cost_per_person_month}};
}

/// The return of candidate amounts over two years, and the highest that are worth it.
void amounts() {
  const double value =
      4 * 205.0;  // of one avoided non-recourse to the funder: four months of the benefit, an assumption
  const double today = 300'000.0 * 4;  // euros over the four half-years
  // Candidate amounts as multiples of today's, and what each multiplies the reach by: its square root, an assumption.
  const std::array<std::pair<double, double>, 7> steps{
      {{0.0, 0.0}, {0.25, 0.5}, {1.0, 1.0}, {2.25, 1.5}, {4.0, 2.0}, {6.25, 2.5}, {9.0, 3.0}}};
  const auto count = static_cast<Eigen::Index>(steps.size());
  std::vector<essor::Estimate> avoided;
  Eigen::ArrayXd candidates(count);
  Eigen::ArrayXXd draws;
  for (const auto& [step, factor] : steps) {
    essor::NonRecourse options = minimum_vieillesse_with_intervals();
    options.reach = factor > 0 ? essor::Factor::interval90(0.01 * factor, 0.04 * factor) : essor::Factor::fixed(0);
    options.cost.reset();
    avoided.push_back(essor::avoided_non_recourse(options).newly_avoided);
    const auto column = static_cast<Eigen::Index>(avoided.size()) - 1;
    if (column == 0) draws.resize(avoided[0].draws().size(), count);
    draws.col(column) = avoided.back().draws();
    candidates[column] = step * today;
  }
  const essor::RoiPerAvoidedNonRecourse roi(essor::euros_per<essor::tags::avoided_non_recourse>(value),
                                            essor::Perspective::funder,
                                            {essor::TypedArray<essor::EuroUnit>(candidates), draws});
  std::cout << "\nAmounts over two years, if one avoided non-recourse is worth " << number(value)
            << " EUR to the funder:\n";
  Rows rows{{"amount", "avoided", "return", "standard error"}};
  const auto returns = roi.roi();
  for (std::size_t i = 0; i < returns.size(); ++i)
    rows.push_back({number(candidates[static_cast<Eigen::Index>(i)]), number(avoided[i].value()),
                    number(returns[i].value()), number(returns[i].standard_error())});
  table(rows);
  const auto say = [](std::string_view name, const essor::HighestAmount& highest) {
    std::cout << name << ": " << number(highest.value()) << " EUR (standard error " << number(highest.standard_error())
              << (highest.at_boundary ? ", an end of the amounts given" : "") << ")\n";
  };
  say("break-even against today's", roi.break_even(essor::euros(today)));
  say("best", roi.optimum());
}

/// Avoided non-recourse: first every factor a number, then what is least known as 90 % intervals.
void benefit() {
  title("Minimum vieillesse, avoided non-recourse: every factor a number");
  for (const auto& [name, estimate] : avoided_rows(essor::avoided_non_recourse(minimum_vieillesse())))
    std::cout << name << ": " << number(estimate.value()) << "\n";

  title("The same, reach, conversion and take-up without the product as 90 % intervals");
  const essor::AvoidedNonRecourse result = essor::avoided_non_recourse(minimum_vieillesse_with_intervals());
  Rows rows{{"", "value", "standard error", "5 %", "50 %", "95 %"}};
  for (const auto& [name, estimate] : avoided_rows(result))
    rows.push_back({name, number(estimate.value()), number(estimate.standard_error()), number(estimate.quantile(0.05)),
                    number(estimate.quantile(0.5)), number(estimate.quantile(0.95))});
  table(rows);
  std::cout << "\nProbability that an avoided non-recourse costs no more than it is worth:\n";
  const std::vector<double> worth{50, 100, 150, 200, 250, 300, 400, 600};
  const auto shares = result.acceptability(worth);
  Rows acceptability;
  for (std::size_t i = 0; i < worth.size(); ++i) acceptability.push_back({number(worth[i]), number(shares[i].value)});
  table(acceptability);
  amounts();
}

/// The fiscal years of UK public services as a stranger's spreadsheet: product, start, end, cost and value.
essor::Portfolio uk_portfolio(const std::filesystem::path& folder) {
  const std::string path = (folder / "public_services" / "uk_cost_panel.csv").string();
  const essor::Table panel = essor::table_from_csv(essor::read_text(path), path, "panel");
  const auto cell = [&](const char* name, std::size_t row) -> const std::string& {
    const auto& column = std::get<essor::TextColumn>(panel.find(name)->cells);
    return column.texts[static_cast<std::size_t>(column.codes[row])];
  };
  essor::TextColumn product, start, end;
  essor::NumberColumn cost, value;
  for (std::size_t row = 0; row < panel.rows; ++row) {
    if (cell("nonoverlapping_fy", row) != "1") continue;
    essor::push_text(product, cell("service", row));
    essor::push_text(start, cell("period_start", row));
    essor::push_text(end, cell("period_end", row));
    cost.values.push_back(essor::parse_number(cell("total_cost_gbp", row), "total_cost_gbp"));
    value.values.push_back(essor::parse_number(cell("transactions", row), "transactions"));
  }
  essor::Table kept;
  kept.name = "table";
  kept.rows = cost.values.size();
  kept.columns = {{"product", product}, {"start", start}, {"end", end}, {"cost", cost}, {"value", value}};
  return essor::from_five_columns(kept, {.metric = "transactions", .unit = "transaction", .currency = "GBP"});
}

/// What the fiscal years of UK public services say of returns.
void uk_services(const std::filesystem::path& folder) {
  const essor::Portfolio portfolio = uk_portfolio(folder);
  const essor::View view = portfolio.as_of();
  const std::vector<essor::WindowFigures> windows = essor::indicators(view, {.months = 12, .history = true});

  title("UK public services, fiscal years");
  const auto known = [](const essor::WindowFigures& w) { return !std::isnan(w.impact.value); };
  const auto pair = [](const essor::WindowFigures& w) { return !std::isnan(w.g_impact); };
  std::cout << "services " << portfolio.products().size() << ", windows "
            << std::count_if(windows.begin(), windows.end(), known) << ", pairs of adjacent windows "
            << std::count_if(windows.begin(), windows.end(), pair) << "\n";
  std::map<std::string_view, int> classes;
  for (const essor::WindowFigures& w : windows)
    if (pair(w)) ++classes[essor::word(w.trajectory)];
  std::cout << "classes: ";
  for (auto at = classes.begin(); at != classes.end(); ++at)
    std::cout << (at == classes.begin() ? "" : ", ") << at->first << " " << at->second;
  std::cout << "\n";

  const essor::PanelReturns returns = essor::returns(view);
  const auto line = [](const char* name, const essor::Coefficient& c) {
    return Row{name, number(c.value), number(c.standard_error)};
  };
  table({{"", "value", "standard error"},
         line("cost_on_impact", returns.cost_on_impact),
         line("impact_on_cost", returns.impact_on_cost),
         line("scale", returns.scale),
         line("learning", returns.learning),
         {"impact_on_cost reversed", number(returns.impact_on_cost_reversed), "-"}});
  std::cout << "\nSlope of cost on impact if only so much of the variance of the growth of volume were real:\n";
  Rows rows{{"reliability", "cost computed from volume", "cost measured by itself"}};
  for (const essor::ReliabilityRow& row : returns.reliability)
    rows.push_back({number(row.reliability), number(row.scale_if_tied), number(row.scale_if_independent)});
  table(rows);

  // Windows of a service come latest first: the pair that follows row i is that of row i - 1.
  int sure = 0, held = 0;
  for (std::size_t i = 1; i < windows.size(); ++i) {
    if (windows[i].product != windows[i - 1].product || !pair(windows[i]) || !pair(windows[i - 1])) continue;
    if (!(windows[i].p_observed >= 0.9)) continue;
    ++sure;
    held += windows[i - 1].g_impact > windows[i - 1].g_cost;
  }
  std::cout << "\nUnit cost that fell with p_observed >= 0.9 fell again in the next window: " << held << " of " << sure
            << ", " << (sure > 0 ? number(static_cast<double>(held) / sure) : "-") << "\n";
}

/// Writes the four dossiers of every product of a folder of portfolios, and gives those in English.
std::vector<essor::Dossier> write_dossiers(const std::filesystem::path& datasets, const std::filesystem::path& out) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(datasets))
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<essor::Dossier> english;
  for (const std::filesystem::path& path : paths) {
    const essor::Portfolio portfolio = essor::read_portfolio(path.string());
    for (const essor::Product& product : portfolio.products()) {
      for (const essor::Language language : {essor::Language::french, essor::Language::english}) {
        essor::Dossier dossier = essor::assemble_dossier(portfolio, product.id, {.language = language});
        const bool french = language == essor::Language::french;
        const std::string stem = (out / (product.id + (french ? ".fr" : ".en"))).string();
        essor::write_text(stem + ".html", essor::to_html(dossier));
        essor::write_text(stem + ".md", essor::to_markdown(dossier));
        if (!french) english.push_back(std::move(dossier));
      }
    }
  }
  return english;
}

void run(const std::filesystem::path& datasets, const std::filesystem::path& out) {
  std::filesystem::create_directories(out);
  const std::vector<essor::Dossier> english = write_dossiers(datasets, out);
  all_cases(english);
  for (const essor::Dossier& dossier : english) {
    if (dossier.product == "demarches-simplifiees.fr") files(dossier);
    if (dossier.product == "sirhen") estimates(dossier);
  }
  benefit();
  const char* data = std::getenv("ESSOR_EVALUATION_DATA");
  if (data != nullptr && *data != '\0')
    uk_services(data);
  else
    std::cout << "\nUK public services: skipped, ESSOR_EVALUATION_DATA is not set.\n";
  std::cout << "\n" << english.size() << " products, " << 4 * english.size() << " dossiers written.\n";
  std::cerr << "dossiers: " << std::filesystem::canonical(out).string() << "\n";
}

}  // namespace

int main(int count, char** arguments) {
  std::filesystem::path datasets = "python/essor/datasets", out = "dossiers";
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--datasets" && i + 1 < count)
      datasets = arguments[++i];
    else if (argument == "--out" && i + 1 < count)
      out = arguments[++i];
    else {
      std::cerr << "usage: 01_committee [--datasets DIR] [--out DIR]\n";
      return 2;
    }
  }
  try {
    run(datasets, out);
  } catch (const std::exception& error) {
    std::cerr << "01_committee: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
