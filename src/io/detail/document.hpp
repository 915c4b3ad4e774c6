// A document without a format: headings, paragraphs, lists, tables and figures, which HTML and Markdown then write.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "essor/committee/dossier.hpp"

namespace essor::detail {

/// A run of text in one style. Line breaks in a run are kept.
struct Run {
  enum class Style { plain, strong, quiet, link, badge, blank };
  std::string text;
  Style style = Style::plain;
  std::string target;  ///< of a link: "#place" or an address; of a badge: the colour that goes with its word
};

/// Text made of runs; a plain string is one run.
struct Text {
  std::vector<Run> runs;

  Text() = default;
  Text(std::string text) { add(std::move(text)); }
  Text(std::string_view text) { add(std::string(text)); }
  Text(const char* text) { add(text); }

  Text& add(std::string text, Run::Style style = Run::Style::plain, std::string target = {}) {
    if (!text.empty()) runs.push_back({std::move(text), style, std::move(target)});
    return *this;
  }
  Text& join(const Text& other) {
    runs.insert(runs.end(), other.runs.begin(), other.runs.end());
    return *this;
  }
  bool empty() const noexcept { return runs.empty(); }
};

struct Heading {
  int level = 2;
  std::string id;
  Text text;
};

struct Paragraph {
  Text text;
  std::string kind;  ///< "", "lede", "missing", "note"
};

struct List {
  std::vector<Text> items;
  std::string kind;  ///< "", "choices", "contents"
};

/// The first cell of each row is the row's head.
struct Table {
  struct Column {
    std::string head;
    bool numeric = false;
    std::string kind;  ///< "", "wide", "narrow"
  };
  struct Row {
    std::vector<Text> cells;
    std::string id;
    bool total = false;
  };
  std::string caption;
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::string kind;  ///< "", "short"
};

/// A chart; where its figures stand is said in the caption.
struct Figure {
  std::string svg;
  Text caption;
  std::string kind = {};  ///< "", "large"
};

struct Tiles {
  struct Tile {
    std::string name;
    std::string figure;
    Text detail;
  };
  std::vector<Tile> tiles;
};

struct Group;
using Block = std::variant<Heading, Paragraph, List, Table, Figure, Tiles, Group>;

/// Blocks that belong together: "page" (the first page), "pair" (side by side), "box", "answer".
struct Group {
  std::string kind;
  std::vector<Block> blocks;
};

struct Document {
  Language language = Language::french;
  std::string title;
  std::vector<Block> blocks;
};

/// The content of a dossier, in the order in which a committee reads it.
Document compose(const Dossier& dossier);

// Charts as inline SVG; empty where there is nothing to draw.
std::string chart_of_main_metric(const Dossier& dossier);
std::string chart_of_unit_cost(const Dossier& dossier);
std::string chart_of_cumulative(const Dossier& dossier);
std::string chart_of_trajectory(const Dossier& dossier);
std::string chart_of_estimates(const Dossier& dossier);

/// Text for HTML: markup escaped, bytes that are not UTF-8 and characters that XML forbids replaced by U+FFFD.
std::string escape_html(std::string_view text);

/// Whether an address may be linked: http or https only.
bool is_link(std::string_view address) noexcept;

}  // namespace essor::detail
