#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detail/document.hpp"
#include "essor/committee/wording.hpp"

namespace essor::detail {
namespace {

constexpr double font_size = 11.5;
constexpr std::string_view ink = "#1c2230";
constexpr std::string_view quiet = "#555d6e";
constexpr std::string_view rule = "#dfe3ea";
constexpr std::string_view blue = "#1d4280";

/// A coordinate or a size, with two decimals at most, whatever the locale.
std::string px(double x) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::round(x * 100) / 100 + 0.0);
  return {buffer.data(), end.ptr};
}

/// Characters of a UTF-8 text.
std::size_t character_count(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// Width of a text in a common sans serif, from above rather than from below.
double width_of(std::string_view text, double size = font_size) {
  return 0.56 * size * static_cast<double>(character_count(text));
}

/// A text of the record, cut to what fits beside an axis; the tables beneath have it whole.
std::string shortened(std::string_view text, std::size_t characters) {
  if (character_count(text) <= characters) return std::string(text);
  std::size_t end = 0;
  for (std::size_t count = 0; end < text.size(); ++end)
    if ((static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U && ++count == characters) break;
  return std::string(text.substr(0, end)) + "…";
}

struct Box {
  double left, top, right, bottom;
  bool meets(const Box& other) const noexcept {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
};

/// A scale from data to the page, with its ticks.
struct Axis {
  double low = 0, high = 1;    // data
  double start = 0, stop = 1;  // page
  std::vector<double> ticks;

  double operator()(double x) const noexcept { return start + (stop - start) * (x - low) / (high - low); }
};

/// An axis from zero to just above the highest figure, with about `count` ticks at 1, 2 or 5 times a power of ten.
Axis axis_from_zero(double highest, double start, double stop, int count) {
  Axis axis{0, highest > 0 ? highest : 1, start, stop, {}};
  const double rough = axis.high / count;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = power;
  for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0}) {
    step = factor * power;
    if (step >= rough * 0.999) break;
  }
  const double last = std::ceil(axis.high / step * 0.9999);
  axis.high = last * step;
  for (int i = 0; i <= static_cast<int>(last); ++i) axis.ticks.push_back(i * step);
  return axis;
}

/// An SVG being drawn; remembers where it has put things, so that labels keep clear of them.
class Drawing {
 public:
  Drawing(std::string id, double width, double height, std::string_view title, std::string_view description)
      : width_(width), height_(height) {
    out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + px(width) + " " + px(height) +
           "\" role=\"img\" aria-labelledby=\"" + id + "-title " + id + "-description\" font-size=\"" + px(font_size) +
           "\">\n<title id=\"" + id + "-title\">" + escape_html(title) + "</title>\n<desc id=\"" + id +
           "-description\">" + escape_html(description) + "</desc>\n";
  }

  std::string finish() && { return std::move(out_) + "</svg>\n"; }

  void line(double x1, double y1, double x2, double y2, std::string_view colour, double width = 1,
            std::string_view dashes = "") {
    out_ += "<line x1=\"" + px(x1) + "\" y1=\"" + px(y1) + "\" x2=\"" + px(x2) + "\" y2=\"" + px(y2) + "\" stroke=\"" +
            std::string(colour) + "\" stroke-width=\"" + px(width) + "\"";
    if (!dashes.empty()) out_ += " stroke-dasharray=\"" + std::string(dashes) + "\"";
    out_ += "/>\n";
  }

  void polygon(const std::vector<std::pair<double, double>>& points, std::string_view fill) {
    out_ += "<polygon points=\"" + list(points) + "\" fill=\"" + std::string(fill) + "\"/>\n";
  }

  void path(const std::vector<std::pair<double, double>>& points, std::string_view colour, double width,
            std::string_view dashes = "") {
    out_ += "<polyline points=\"" + list(points) + "\" fill=\"none\" stroke=\"" + std::string(colour) +
            "\" stroke-width=\"" + px(width) + "\" stroke-linejoin=\"round\"";
    if (!dashes.empty()) out_ += " stroke-dasharray=\"" + std::string(dashes) + "\"";
    out_ += "/>\n";
  }

  void dot(double x, double y, bool filled, double radius = 3.6) {
    out_ += "<circle cx=\"" + px(x) + "\" cy=\"" + px(y) + "\" r=\"" + px(radius) + "\" fill=\"" +
            std::string(filled ? blue : "#ffffff") + "\" stroke=\"" + std::string(blue) + "\" stroke-width=\"1.6\"/>\n";
    taken({x - radius, y - radius, x + radius, y + radius});
  }

  /// An open side: an arrow from a bound, upwards for "more than" (`direction` -1, as the page counts downwards).
  void arrow(double x, double y, double direction) {
    const double tip = y + direction * 20;
    line(x - 5, y, x + 5, y, blue, 2);
    line(x, y, x, tip - direction * 4, blue, 1.6);
    polygon({{x - 4.2, tip - direction * 6.5}, {x + 4.2, tip - direction * 6.5}, {x, tip}}, blue);
    taken({x - 5, std::min(y, tip), x + 5, std::max(y, tip)});
  }

  void bar(double x, double from, double to) {
    line(x, from, x, to, blue, 1.6);
    line(x - 5, from, x + 5, from, blue, 2);
    line(x - 5, to, x + 5, to, blue, 2);
    taken({x - 5, std::min(from, to), x + 5, std::max(from, to)});
  }

  void text(double x, double y, std::string_view words, std::string_view anchor, std::string_view colour = ink,
            double size = font_size, bool strong = false, std::string_view halo = "") {
    out_ += "<text x=\"" + px(x) + "\" y=\"" + px(y) + "\" text-anchor=\"" + std::string(anchor) +
            "\" style=\"fill:" + std::string(colour) + "\"";
    if (size != font_size) out_ += " font-size=\"" + px(size) + "\"";
    if (strong) out_ += " font-weight=\"700\"";
    if (!halo.empty())
      out_ +=
          " paint-order=\"stroke\" stroke=\"" + std::string(halo) + "\" stroke-width=\"3\" stroke-linejoin=\"round\"";
    out_ += ">" + escape_html(words) + "</text>\n";
  }

  /// Writes words beside a point where they meet nothing that is there; leaves them out where there is no such place.
  bool label(double x, double y, std::string_view words, const Box& room, bool strong = false, bool below = false) {
    const double width = width_of(words);
    constexpr double gap = 7, height = font_size;
    const std::pair<double, double> over{-width / 2, -gap}, under{-width / 2, gap + height};
    const std::array<std::pair<double, double>, 8> places{{below ? under : over,
                                                           {gap, height / 3},
                                                           below ? over : under,
                                                           {-width - gap, height / 3},
                                                           {gap, -gap},
                                                           {-width - gap, -gap},
                                                           {gap, gap + height},
                                                           {-width - gap, gap + height}}};
    for (const auto& [dx, dy] : places) {
      const Box box{x + dx - 4, y + dy - height, x + dx + width + 4, y + dy + 2};
      if (!is_free(box) || box.left < room.left || box.right > room.right || box.top < room.top ||
          box.bottom > room.bottom)
        continue;
      text(x + dx + width / 2, y + dy, words, "middle", ink, font_size, strong, "#ffffff");
      taken(box);
      return true;
    }
    return false;
  }

  /// A line that later words keep clear of.
  void keep_clear_of(double x1, double y1, double x2, double y2) {
    const int steps = 1 + static_cast<int>(std::hypot(x2 - x1, y2 - y1) / 6);
    for (int i = 0; i <= steps; ++i) {
      const double x = x1 + (x2 - x1) * i / steps, y = y1 + (y2 - y1) * i / steps;
      taken({x - 1, y - 1, x + 1, y + 1});
    }
  }

  bool is_free(const Box& box) const {
    return std::none_of(taken_.begin(), taken_.end(), [&](const Box& other) { return box.meets(other); });
  }
  void taken(const Box& box) { taken_.push_back(box); }
  void raw(std::string_view markup) { out_ += markup; }
  double width() const noexcept { return width_; }
  double height() const noexcept { return height_; }

 private:
  static std::string list(const std::vector<std::pair<double, double>>& points) {
    std::string text;
    for (const auto& [x, y] : points) text += (text.empty() ? "" : " ") + px(x) + "," + px(y);
    return text;
  }

  double width_, height_;
  std::string out_;
  std::vector<Box> taken_;
};

using Format = std::function<std::string(double)>;

/// The widest text of the ticks, for the margin beside the axis.
double widest(const Axis& axis, const Format& format) {
  double width = 0;
  for (const double tick : axis.ticks) width = std::max(width, width_of(format(tick)));
  return width;
}

void draw_horizontal_rules(Drawing& drawing, const Axis& axis, double left, double right, const Format& format) {
  for (const double tick : axis.ticks) {
    drawing.line(left, axis(tick), right, axis(tick), tick == 0 ? quiet : rule);
    drawing.text(left - 7, axis(tick) + 4, format(tick), "end", quiet);
  }
}

struct TimePoint {
  Period period;
  Bounds value;
};

struct TimeChart {
  std::string id, title, description, y_title;
  std::vector<TimePoint> points;
  std::vector<ForecastPoint> forecast;
  Format format;   // ticks
  Format precise;  // labels beside points
  double width = 440, height = 262;
};

double middle(const Period& period) { return (period.first + period.last) / 2.0; }

bool has_figures(const ForecastPoint& step) {
  return step.period.months() > 0 && std::isfinite(step.q05) && std::isfinite(step.q10) && std::isfinite(step.q50) &&
         std::isfinite(step.q90) && std::isfinite(step.q95);
}

/// The highest figure that a bound puts on the page.
double top_of(const Bounds& bounds) {
  double top = 0;
  for (const double x : {bounds.value, bounds.low, bounds.high})
    if (std::isfinite(x)) top = std::max(top, x);
  return top;
}

bool can_draw(const Bounds& bounds) {
  return bounds.is_point() ? std::isfinite(bounds.value) && bounds.value >= 0 : top_of(bounds) > 0;
}

/// A figure as a dot, a range as a bar, an open side as an arrow. Returns where a label belongs.
double draw_bounds(Drawing& drawing, double x, const Bounds& value, const Axis& y) {
  const bool low = std::isfinite(value.low) && value.low > 0, high = std::isfinite(value.high);
  if (value.is_point()) {
    if (low && high && !value.is_exact()) drawing.bar(x, y(value.low), y(value.high));
    drawing.dot(x, y(value.value), true);
    return y(value.value);
  }
  if (low && high) {
    drawing.bar(x, y(value.low), y(value.high));
    return y(value.high);
  }
  drawing.arrow(x, y(low ? value.low : value.high), low ? -1 : 1);
  return y(low ? value.low : value.high) + (low ? -20 : 0);
}

void draw_time_labels(Drawing& drawing, std::vector<Period> periods, const Axis& x, double baseline,
                      Language language) {
  std::sort(periods.begin(), periods.end());
  periods.erase(std::unique(periods.begin(), periods.end()), periods.end());
  const auto fits = [&](std::size_t step) {
    double right = -1e9;
    for (std::size_t i = 0; i < periods.size(); i += step) {
      const double half = width_of(short_period_text(periods[i], language)) / 2;
      if (x(middle(periods[i])) - half < right + 8) return false;
      right = x(middle(periods[i])) + half;
    }
    return true;
  };
  std::size_t step = 1;
  while (step < periods.size() && !fits(step)) ++step;
  for (std::size_t i = 0; i < periods.size(); i += step) {
    const std::string words = short_period_text(periods[i], language);
    const double half = width_of(words) / 2;
    const double at = std::clamp(x(middle(periods[i])), half, drawing.width() - half);
    drawing.line(x(middle(periods[i])), baseline, x(middle(periods[i])), baseline + 4, quiet);
    drawing.text(at, baseline + 18, words, "middle", quiet);
  }
}

void draw_fan(Drawing& drawing, const std::vector<ForecastPoint>& steps, const std::vector<TimePoint>& points,
              const Axis& x, const Axis& y) {
  // The fan opens at the last figure known exactly before it, so that the eye can follow.
  std::vector<ForecastPoint> fan = steps;
  if (!points.empty() && points.back().value.is_point() && points.back().period.first < steps.front().period.first) {
    const double last = points.back().value.value;
    fan.insert(fan.begin(), {points.back().period, last, last, last, last, last});
  }
  std::vector<std::pair<double, ForecastPoint>> placed;
  for (const ForecastPoint& step : fan) placed.emplace_back(x(middle(step.period)), step);
  if (placed.size() == 1) {  // a single step has no length of its own
    placed.push_back(placed.front());
    placed.front().first -= 14;
    placed.back().first += 14;
  }
  const auto side = [&](double ForecastPoint::* quantile) {
    std::vector<std::pair<double, double>> points_of_side;
    for (const auto& [at, step] : placed) points_of_side.emplace_back(at, y(std::max(0.0, step.*quantile)));
    return points_of_side;
  };
  const auto band = [&](double ForecastPoint::* low, double ForecastPoint::* high, std::string_view fill) {
    auto outline = side(high);
    const auto lower = side(low);
    outline.insert(outline.end(), lower.rbegin(), lower.rend());
    drawing.polygon(outline, fill);
  };
  band(&ForecastPoint::q05, &ForecastPoint::q95, "#dfe8f6");
  band(&ForecastPoint::q10, &ForecastPoint::q90, "#bccfea");
  drawing.path(side(&ForecastPoint::q50), blue, 1.8, "5 3");
}

void draw_legend(Drawing& drawing, bool points, bool bounds, bool forecast, double left, Language language) {
  const bool french = language == Language::french;
  double x = left;
  const double y = drawing.height() - 6;
  const auto entry = [&](const std::function<void()>& symbol, std::string_view words) {
    symbol();
    drawing.text(x + 21, y, words, "start", quiet, 10.5);
    x += 21 + width_of(words, 10.5) + 12;
  };
  if (points && (bounds || forecast))
    entry([&] { drawing.dot(x + 8, y - 4, true, 3.2); }, french ? "mesuré" : "measured");
  if (bounds)
    entry(
        [&] {
          drawing.line(x + 4, y, x + 12, y, blue, 1.8);
          drawing.line(x + 8, y, x + 8, y - 7, blue, 1.4);
          drawing.polygon({{x + 4.5, y - 5.5}, {x + 11.5, y - 5.5}, {x + 8, y - 10.5}}, blue);
        },
        french ? "borne" : "bound");
  if (forecast) {
    entry([&] { drawing.line(x, y - 4, x + 16, y - 4, blue, 1.8, "5 3"); },
          french ? "médiane prévue" : "forecast median");
    entry([&] { drawing.polygon({{x, y - 9}, {x + 16, y - 9}, {x + 16, y + 1}, {x, y + 1}}, "#bccfea"); },
          french ? "80\u00a0%" : "80%");
    entry([&] { drawing.polygon({{x, y - 9}, {x + 16, y - 9}, {x + 16, y + 1}, {x, y + 1}}, "#dfe8f6"); },
          french ? "90\u00a0%" : "90%");
  }
}

std::string draw(TimeChart chart, Language language) {
  std::erase_if(chart.points,
                [](const TimePoint& point) { return point.period.months() <= 0 || !can_draw(point.value); });
  std::erase_if(chart.forecast, [](const ForecastPoint& step) { return !has_figures(step); });
  if (chart.points.empty() && chart.forecast.empty()) return {};
  std::sort(chart.points.begin(), chart.points.end(), [](const auto& a, const auto& b) { return a.period < b.period; });
  std::sort(chart.forecast.begin(), chart.forecast.end(),
            [](const auto& a, const auto& b) { return a.period < b.period; });

  double highest = 0;
  double open_top = 0;  // an arrow needs room above its bound
  std::vector<Period> periods;
  for (const TimePoint& point : chart.points) {
    highest = std::max(highest, top_of(point.value));
    if (!point.value.is_point() && !std::isfinite(point.value.high)) open_top = std::max(open_top, point.value.low);
    periods.push_back(point.period);
  }
  double fan_top = 0;
  for (const ForecastPoint& step : chart.forecast) {
    fan_top = std::max(fan_top, step.q95);
    periods.push_back(step.period);
  }
  highest = std::max({highest, open_top * 1.18, fan_top});

  Axis y = axis_from_zero(highest, chart.height - 50, 28, 4);
  const double left = std::max(30.0, widest(y, chart.format) + 9), right = chart.width - 12;
  const auto [first, last] = std::minmax_element(periods.begin(), periods.end(),
                                                 [](const auto& a, const auto& b) { return middle(a) < middle(b); });
  const double span = std::max(6.0, middle(*last) - middle(*first));
  const double centre = (middle(*first) + middle(*last)) / 2;
  const Axis x{centre - 0.56 * span, centre + 0.56 * span, left, right, {}};

  Drawing drawing(chart.id, chart.width, chart.height, chart.title, chart.description);
  drawing.text(0, 12, chart.y_title, "start", quiet);
  draw_horizontal_rules(drawing, y, left, right, chart.format);
  draw_time_labels(drawing, periods, x, chart.height - 50, language);
  if (!chart.forecast.empty()) draw_fan(drawing, chart.forecast, chart.points, x, y);

  for (std::size_t i = 1; i < chart.points.size(); ++i) {
    const TimePoint &before = chart.points[i - 1], &now = chart.points[i];
    if (!before.value.is_point() || !now.value.is_point() || before.period.last != now.period.first)
      continue;  // never across a gap
    const double x1 = x(middle(before.period)), y1 = y(before.value.value), x2 = x(middle(now.period)),
                 y2 = y(now.value.value);
    drawing.line(x1, y1, x2, y2, blue, 1.8);
    drawing.keep_clear_of(x1, y1, x2, y2);
  }
  bool bounds = false;
  std::vector<double> label_y;
  for (const TimePoint& point : chart.points) {
    label_y.push_back(draw_bounds(drawing, x(middle(point.period)), point.value, y));
    bounds = bounds || !point.value.is_point();
  }
  const Box room{left, 16, chart.width, chart.height - 51};
  const auto write_label = [&](std::size_t i) {
    const Bounds& value = chart.points[i].value;
    const bool low = std::isfinite(value.low) && value.low > 0, high = std::isfinite(value.high);
    const double figure = value.is_point() ? value.value : (low ? value.low : value.high);
    const std::string sign = value.is_point() ? "" : (low ? (high ? "≥\u00a0" : ">\u00a0") : "<\u00a0");
    const auto lower_than = [&](std::size_t other) { return label_y[i] > label_y[other] + 2; };
    const bool valley =
        (i == 0 || lower_than(i - 1)) && (i + 1 == label_y.size() || lower_than(i + 1)) && label_y.size() > 1;
    drawing.label(x(middle(chart.points[i].period)), label_y[i], sign + chart.precise(figure), room,
                  i + 1 == chart.points.size(), valley && value.is_point());
  };
  if (!chart.points.empty()) write_label(chart.points.size() - 1);
  if (!chart.forecast.empty()) {
    const ForecastPoint& end = chart.forecast.back();
    drawing.label(x(middle(end.period)), y(std::max(0.0, end.q50)), chart.precise(end.q50), room);
  }
  if (chart.points.size() <= 9)
    for (std::size_t i = 0; i + 1 < chart.points.size(); ++i) write_label(i);
  draw_legend(drawing, !chart.points.empty(), bounds, !chart.forecast.empty(), left - 4, language);
  return std::move(drawing).finish();
}

std::string axis_count(double value, Language language) {
  std::string text = count_text(value, language);
  const auto shorten = [&](std::string_view word, std::string_view letter) {
    const std::size_t at = text.find(word);
    if (at != std::string::npos) text = text.substr(0, at) + std::string(letter);
    return at != std::string::npos;
  };
  if (language == Language::french)
    shorten("milliard", "Md") || shorten("million", "M");
  else if (!shorten("\u00a0billion", "bn"))
    shorten("\u00a0million", "M");
  return text;
}

std::string name_with_unit(std::string_view name, std::string_view unit) {
  std::string text = shortened(name, 42);
  if (!unit.empty() && unit != name) text += " (" + shortened(unit, 24) + ")";
  return text;
}

/// A currency beside ticks is a code or nothing: a longer text would push the chart off the page.
std::string_view currency_of(const Dossier& dossier) {
  return is_currency(dossier.currency) ? std::string_view(dossier.currency) : std::string_view();
}

std::string metric_title(const Dossier& dossier) { return name_with_unit(dossier.main_metric, dossier.main_unit); }

/// What a chart of time shows, in a sentence for who does not see it.
std::string describe(const Dossier& dossier, const std::vector<TimePoint>& points, const Format& format) {
  const bool french = dossier.language == Language::french;
  std::string text;
  for (const TimePoint& point : points) {
    if (point.period.months() <= 0 || !can_draw(point.value)) continue;
    if (!text.empty()) text += french ? "\u202f; " : "; ";
    text += short_period_text(point.period, dossier.language) + (french ? "\u00a0: " : ": ");
    const Bounds& value = point.value;
    if (value.is_point())
      text += format(value.value);
    else
      text += bounds_text(value, dossier.language);
  }
  return text.empty() ? text : text + ".";
}

struct Region {
  Trajectory trajectory;
  std::vector<std::pair<double, double>> outline;  // growth of impact, growth of cost
  std::string_view fill;
  std::vector<std::pair<double, double>> names;  // where its name may stand
};

/// The classes over the plane of yearly growth (logarithms), within the edges of the chart.
std::vector<Region> regions(double left, double right, double bottom, double top) {
  constexpr double delta = 0.09531017980432487, twice = 0.6931471805599453;  // ln 1.1, ln 2
  constexpr std::string_view good = "#e3f1e8", bad = "#f9e9e4", even = "#f1f2f5", best = "#cfe7d8";
  const double corner = std::max(right, top) + 1;
  const auto rectangle = [](double x0, double x1, double y0, double y1) {
    return std::vector<std::pair<double, double>>{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}};
  };
  const double high = top - (top - bottom) * 0.05;
  return {
      {Trajectory::declining,
       rectangle(left, -delta, bottom, top),
       bad,
       {{(left - delta) / 2, high}, {(left - delta) / 2, bottom * 0.6}}},
      {Trajectory::falling_cost,
       rectangle(-delta, twice, bottom, -delta),
       good,
       {{(twice - delta) / 2, bottom * 0.75},
        {(twice - delta) / 2, bottom * 0.9},
        {(twice - delta) / 2, bottom * 0.5}}},
      {Trajectory::unicorn,
       rectangle(twice, right, bottom, delta),
       best,
       {{(twice + right) / 2, bottom * 0.5}, {(twice + right) / 2, bottom * 0.8}, {(twice + right) / 2, -0.04}}},
      {Trajectory::stagnating,
       rectangle(-delta, delta, -delta, top),
       "#f6ece0",
       {{0, top * 0.6}, {0, top * 0.75}, {0, high}}},
      {Trajectory::flat_cost,
       rectangle(delta, twice, -delta, delta),
       best,
       {{(delta + twice) / 2, 0.05},
        {(delta + twice) / 2, -0.05},
        {0.25, 0.05},
        {0.55, 0.05},
        {0.25, -0.05},
        {0.55, -0.05}}},
      {Trajectory::increasing,
       {{2 * delta, delta}, {corner, delta}, {corner, corner - delta}},
       good,
       {{right * 0.78, delta + (right - 2 * delta) * 0.22}, {right * 0.85, delta + 0.08}, {right * 0.6, delta + 0.06}}},
      {Trajectory::constant,
       {{delta, delta}, {2 * delta, delta}, {corner, corner - delta}, {corner, corner + delta}, {delta, 2 * delta}},
       even,
       {{std::min(right, top) * 0.62, std::min(right, top) * 0.62},
        {std::min(right, top) * 0.8, std::min(right, top) * 0.8},
        {std::min(right, top) * 0.45, std::min(right, top) * 0.45}}},
      {Trajectory::decreasing,
       {{delta, 2 * delta}, {corner, corner + delta}, {corner, corner + 2}, {delta, corner + 2}},
       bad,
       {{delta + (std::min(right, top) - delta) * 0.36, high},
        {delta + (std::min(right, top) - delta) * 0.36, top * 0.8}}},
  };
}

/// Ticks of a growth axis: yearly changes people know, as logarithms, as many as have room.
std::vector<double> growth_ticks(double low, double high, double pixels, double room) {
  constexpr std::array<double, 19> ratios{1,    2,  0.5, 1.5,  0.75, 3,    5,    0.25,  10,   0.1,
                                          1.25, 20, 50,  0.05, 100,  0.01, 1000, 0.001, 10000};
  std::vector<double> ticks;
  for (const double ratio : ratios) {
    const double at = std::log(ratio);
    if (at < low || at > high) continue;
    if (std::all_of(ticks.begin(), ticks.end(),
                    [&](double other) { return std::abs(other - at) / (high - low) * pixels >= room; }))
      ticks.push_back(at);
  }
  return ticks;
}

struct YearlyGrowth {
  std::string name;
  double impact, cost;
};

/// Windows with both growths, oldest first, per year whatever their length.
std::vector<YearlyGrowth> yearly_growths(const Dossier& dossier) {
  std::vector<YearlyGrowth> points;
  for (auto window = dossier.windows.rbegin(); window != dossier.windows.rend(); ++window) {
    if (!std::isfinite(window->g_cost) || !std::isfinite(window->g_impact) || window->window.months() <= 0) continue;
    const double years = window->window.months() / 12.0;
    points.push_back(
        {short_period_text(window->window, dossier.language), window->g_impact / years, window->g_cost / years});
  }
  return points;
}

/// The edges of one axis of the plane: a usual stretch, widened for the points in it.
std::pair<double, double> edges(double low, double high, const std::vector<YearlyGrowth>& points,
                                double YearlyGrowth::* growth) {
  for (const YearlyGrowth& point : points) {
    low = std::min(low, point.*growth - 0.18);
    high = std::max(high, point.*growth + 0.18);
  }
  return {low, high};
}

}  // namespace

std::string chart_of_main_metric(const Dossier& dossier) {
  const Language language = dossier.language;
  const bool french = language == Language::french;
  TimeChart chart;
  chart.id = "chart-metric";
  chart.title = (french ? "Mesure principale : " : "Main metric: ") + metric_title(dossier);
  chart.title = typeset(chart.title, language);
  chart.y_title = metric_title(dossier);
  chart.format = [language](double x) { return axis_count(x, language); };
  chart.precise = chart.format;
  for (const ChartPoint& point : dossier.chart) chart.points.push_back({point.period, point.value});
  chart.forecast = dossier.forecast;
  chart.description = describe(dossier, chart.points, [language](double x) { return count_text(x, language); });
  for (auto step = dossier.forecast.rbegin(); step != dossier.forecast.rend(); ++step) {
    if (!has_figures(*step)) continue;
    const std::string words =
        (french ? " Prévision pour " : " Forecast for ") + short_period_text(step->period, language) +
        (french ? " : médiane " : ": median ") + count_text(step->q50, language) +
        (french ? ", intervalle à 90 % de " : ", 90% interval from ") + count_text(step->q05, language) +
        (french ? " à " : " to ") + count_text(step->q95, language) + ".";
    chart.description += typeset(words, language);
    break;
  }
  return draw(std::move(chart), language);
}

std::string chart_of_unit_cost(const Dossier& dossier) {
  const Language language = dossier.language;
  const bool french = language == Language::french;
  TimeChart chart;
  chart.id = "chart-unit-cost";
  chart.title = (french ? "Coût par " : "Cost per ") +
                (dossier.main_unit.empty() ? std::string(french ? "unité" : "unit") : shortened(dossier.main_unit, 40));
  chart.y_title = chart.title;
  chart.format = [&](double x) { return money_text(x, currency_of(dossier), language); };
  chart.precise = chart.format;
  for (const ChartPoint& point : dossier.chart)
    chart.points.push_back({point.period, Bounds::exactly(point.unit_cost)});
  const auto drawn = [&] {
    return std::count_if(chart.points.begin(), chart.points.end(), [](const auto& p) { return can_draw(p.value); });
  };
  if (drawn() == 0) {
    chart.points.clear();
    for (const WindowFigures& window : dossier.windows) chart.points.push_back({window.window, window.unit_cost});
  }
  if (drawn() < 2) return {};
  chart.description = describe(dossier, chart.points, chart.format);
  return draw(std::move(chart), language);
}

std::string chart_of_estimates(const Dossier& dossier) {
  const Language language = dossier.language;
  TimeChart chart;
  chart.id = "chart-estimates";
  chart.title = language == Language::french ? "Coût total annoncé, selon la date où il a été connu"
                                             : "Announced total cost, by the day it became known";
  chart.y_title = chart.title;
  chart.format = [&](double x) { return compact_money_text(x, currency_of(dossier), language); };
  chart.precise = chart.format;
  for (const EstimateLine& line : dossier.estimates) {
    const std::int32_t month = month_of(line.known_on);
    chart.points.push_back({Period{month, month + 1}, Bounds::exactly(line.total)});
  }
  if (chart.points.size() < 2) return {};
  chart.description = describe(dossier, chart.points, chart.format);
  return draw(std::move(chart), language);
}

std::string chart_of_cumulative(const Dossier& dossier) {
  const Language language = dossier.language;
  const bool french = language == Language::french;
  struct Step {
    double cost, impact;
    bool at_least;
    std::string name;
  };
  std::vector<Step> steps;
  double cost = 0, impact = 0;
  bool at_least = false;
  for (auto window = dossier.windows.rbegin(); window != dossier.windows.rend(); ++window) {
    const auto floor_of = [](const Bounds& bounds) { return bounds.is_point() ? bounds.value : bounds.low; };
    const double spent = floor_of(window->cost), reached = floor_of(window->impact);
    if (!std::isfinite(spent) || !std::isfinite(reached) || spent < 0 || reached < 0)
      return {};  // a sum with a hole is no sum
    cost += spent;
    impact += reached;
    at_least = at_least || !window->impact.is_point() || !window->cost.is_point();
    steps.push_back({cost, impact, at_least, short_period_text(window->window, language)});
  }
  if (steps.size() < 2 || cost <= 0 || impact <= 0) return {};

  constexpr double width = 440, height = 262;
  const Format count = [language](double x) { return axis_count(x, language); };
  const Format money = [&](double x) { return compact_money_text(x, currency_of(dossier), language); };
  const Axis y = axis_from_zero(impact * (at_least ? 1.15 : 1.0), height - 50, 28, 4);
  const double left = std::max(30.0, widest(y, count) + 9), right = width - 24;
  const Axis x = axis_from_zero(cost, left, right, 4);

  std::string description;
  for (const Step& step : steps)
    description += (description.empty() ? "" : (french ? "\u202f; " : "; ")) + step.name +
                   (french ? "\u00a0: " : ": ") + money(step.cost) + (french ? " pour " : " for ") +
                   (step.at_least ? (french ? "au moins " : "at least ") : "") + count_text(step.impact, language);
  const std::string title = french ? "Impact cumulé selon le coût cumulé" : "Cumulative impact against cumulative cost";
  Drawing drawing("chart-cumulative", width, height, title, description + ".");
  drawing.text(0, 12, (french ? "Cumul\u00a0: " : "Cumulative ") + metric_title(dossier), "start", quiet);
  draw_horizontal_rules(drawing, y, left, right, count);
  for (const double tick : x.ticks) {
    drawing.line(x(tick), height - 50, x(tick), height - 46, quiet);
    drawing.text(std::min(x(tick), width - width_of(money(tick)) / 2), height - 32, money(tick), "middle", quiet);
  }
  drawing.text(right, height - 8, french ? "Coût cumulé" : "Cumulative cost", "end", quiet);
  std::vector<std::pair<double, double>> line{{x(0), y(0)}};
  for (const Step& step : steps) line.emplace_back(x(step.cost), y(step.impact));
  drawing.path(line, blue, 1.8);
  for (std::size_t i = 1; i < line.size(); ++i)
    drawing.keep_clear_of(line[i - 1].first, line[i - 1].second, line[i].first, line[i].second);
  for (const Step& step : steps) {
    if (step.at_least)
      drawing.arrow(x(step.cost), y(step.impact), -1);
    else
      drawing.dot(x(step.cost), y(step.impact), true);
  }
  const Box room{left, 16, width, height - 51};
  for (auto step = steps.rbegin(); step != steps.rend(); ++step)
    drawing.label(x(step->cost), y(step->impact), step->name, room, step == steps.rbegin());
  return std::move(drawing).finish();
}

std::string chart_of_trajectory(const Dossier& dossier) {
  const Language language = dossier.language;
  const bool french = language == Language::french;
  const std::vector<YearlyGrowth> points = yearly_growths(dossier);
  if (points.empty()) return {};
  const auto [low_x, high_x] = edges(-0.5, 1.15, points, &YearlyGrowth::impact);
  const auto [low_y, high_y] = edges(-0.5, 0.75, points, &YearlyGrowth::cost);

  constexpr double width = 620, height = 372, left = 58, right = width - 10, top = 26, bottom = height - 46;
  const Axis x{low_x, high_x, left, right, growth_ticks(low_x, high_x, right - left, 44)};
  const Axis y{low_y, high_y, bottom, top, growth_ticks(low_y, high_y, bottom - top, 24)};

  std::string description;
  for (const YearlyGrowth& point : points)
    description += (description.empty() ? "" : (french ? "\u202f; " : "; ")) + point.name +
                   (french ? "\u00a0: impact " : ": impact ") + growth_text(point.impact, language) +
                   (french ? " par an, coût " : " a year, cost ") + growth_text(point.cost, language);
  Drawing drawing("chart-trajectory", width, height,
                  french ? "Trajectoire\u00a0: croissance de l’impact et croissance du coût"
                         : "Trajectory: growth of impact and growth of cost",
                  description + ".");
  drawing.raw("<clipPath id=\"chart-trajectory-frame\"><rect x=\"" + px(left) + "\" y=\"" + px(top) + "\" width=\"" +
              px(right - left) + "\" height=\"" + px(bottom - top) +
              "\"/></clipPath>\n<g clip-path=\"url(#chart-trajectory-frame)\">\n");
  const std::vector<Region> classes = regions(low_x, high_x, low_y, high_y);
  for (const Region& region : classes) {
    std::vector<std::pair<double, double>> outline;
    for (const auto& [gx, gy] : region.outline) outline.emplace_back(x(gx), y(gy));
    drawing.polygon(outline, region.fill);
    outline.push_back(outline.front());
    drawing.path(outline, "#ffffff", 1.4);
  }
  drawing.raw("</g>\n");
  drawing.line(left, y(0), right, y(0), quiet, 0.9, "2 3");
  drawing.line(x(0), top, x(0), bottom, quiet, 0.9, "2 3");
  for (const double tick : x.ticks) drawing.text(x(tick), bottom + 16, growth_text(tick, language), "middle", quiet);
  for (const double tick : y.ticks) drawing.text(left - 7, y(tick) + 4, growth_text(tick, language), "end", quiet);
  drawing.text(0, 14, french ? "Croissance du coût, par an" : "Growth of cost, a year", "start", quiet);
  drawing.text(right, height - 8, french ? "Croissance de l’impact, par an" : "Growth of impact, a year", "end", quiet);

  std::vector<std::pair<double, double>> line;
  for (const YearlyGrowth& point : points) line.emplace_back(x(point.impact), y(point.cost));
  drawing.path(line, "#7f8fae", 1.2);
  for (std::size_t i = 0; i < points.size(); ++i)
    drawing.dot(line[i].first, line[i].second, i + 1 == points.size(), i + 1 == points.size() ? 5 : 3.6);
  const Box room{left, top, right, bottom};
  for (std::size_t i = points.size(); i-- > 0;)
    drawing.label(line[i].first, line[i].second, points[i].name, room, i + 1 == points.size());
  drawing.keep_clear_of(left, y(0), right, y(0));
  for (std::size_t i = 1; i < line.size(); ++i)
    drawing.keep_clear_of(line[i - 1].first, line[i - 1].second, line[i].first, line[i].second);
  for (const Region& region : classes) {
    const std::string_view name = label(region.trajectory, language);
    for (const auto& [gx, gy] : region.names) {
      const double half = width_of(name, 10.5) / 2;
      const double at = std::clamp(x(gx), left + half + 3, right - half - 3);
      const Box box{at - half, y(gy) - 9, at + half, y(gy) + 6};
      if (box.top < top || box.bottom > bottom || !drawing.is_free(box)) continue;
      drawing.text(at, y(gy) + 4, name, "middle", "#4a5160", 10.5, false, region.fill);
      drawing.taken(box);
      break;
    }
  }
  return std::move(drawing).finish();
}

}  // namespace essor::detail
