#include <string>
#include <string_view>
#include <variant>

#include "detail/document.hpp"
#include "detail/text.hpp"
#include "essor/io/render.hpp"

namespace essor {
namespace detail {
namespace {

/// Text for Markdown: what would be markup is escaped, control characters and bytes that are not UTF-8 become U+FFFD.
std::string escape_markdown(std::string_view text) {
  constexpr std::string_view marks = "\\`*_[]<>|~#$";
  std::string out;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const char c = text[0];
    if (length == 0 || (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == '\x7f')
      out += "\xEF\xBF\xBD";
    else if (c == '&')
      out += "&amp;";
    else {
      if (length == 1 && marks.find(c) != std::string_view::npos) out += '\\';
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

class Writer {
 public:
  std::string page(const Document& document) {
    write(document.blocks);
    return std::move(out_);
  }

 private:
  void write(const std::vector<Block>& blocks) {
    for (const Block& block : blocks) std::visit([this](const auto& b) { write(b); }, block);
  }

  static std::string inline_text(const Text& text) {
    std::string out;
    for (const Run& run : text.runs) {
      const std::string words = escape_markdown(run.text);
      switch (run.style) {
        case Run::Style::plain:
        case Run::Style::quiet:
          out += words;
          break;
        case Run::Style::strong:
        case Run::Style::badge:
          out += marked(words);
          break;
        case Run::Style::link:
          // Links inside the page need anchors that Markdown has no common way to set: their words are enough.
          out += run.target.starts_with("#") ? words : "[" + words + "](<" + replaced(run.target, "|", "%7C") + ">)";
          break;
        case Run::Style::blank:
          out += "\\_\\_\\_\\_";
          break;
      }
    }
    return out;
  }

  /// Bold, with spaces at the ends left outside, where Markdown wants them.
  static std::string marked(std::string_view words) {
    const std::size_t first = words.find_first_not_of(" \n");
    if (first == std::string_view::npos) return std::string(words);
    const std::size_t last = words.find_last_not_of(" \n") + 1;
    return std::string(words.substr(0, first)) + "**" + std::string(words.substr(first, last - first)) + "**" +
           std::string(words.substr(last));
  }

  static std::string one_line(const Text& text) { return replaced(inline_text(text), "\n", " "); }

  /// A line of prose that starts like a list, a quotation or a rule would become one.
  static std::string as_paragraph(const Text& text) {
    std::string words = replaced(inline_text(text), "\n", "  \n");
    if (!words.empty() && (words[0] == '-' || words[0] == '+' || words[0] == '=')) words.insert(0, "\\");
    const std::size_t digits = words.find_first_not_of("0123456789");
    if (digits != 0 && digits != std::string::npos && (words[digits] == '.' || words[digits] == ')'))
      words.insert(digits, "\\");
    return words;
  }

  void write(const Heading& heading) {
    out_ += std::string(static_cast<std::size_t>(heading.level), '#') + " " + one_line(heading.text) + "\n\n";
  }

  void write(const Paragraph& paragraph) { out_ += as_paragraph(paragraph.text) + "\n\n"; }

  void write(const List& list) {
    if (list.kind == "contents") return;  // readers of Markdown draw their own
    for (const Text& item : list.items) out_ += (list.kind == "choices" ? "- [ ] " : "- ") + one_line(item) + "\n";
    out_ += "\n";
  }

  void write(const Table& table) {
    if (!table.caption.empty()) out_ += marked(escape_markdown(table.caption)) + "\n\n";
    out_ += "|";
    for (const Table::Column& column : table.columns) out_ += " " + one_line(column.head) + " |";
    out_ += "\n|";
    for (const Table::Column& column : table.columns) out_ += column.numeric ? " ---: |" : " --- |";
    out_ += "\n";
    for (const Table::Row& row : table.rows) {
      out_ += "|";
      for (const Text& cell : row.cells) {
        const std::string words = replaced(inline_text(cell), "\n", "<br>");
        out_ += " " + (row.total ? marked(words) : words) + " |";
      }
      out_ += "\n";
    }
    out_ += "\n";
  }

  void write(const Figure&) {}  // its figures stand in a table

  void write(const Tiles& tiles) {
    for (const Tiles::Tile& tile : tiles.tiles) {
      out_ += "- " + one_line(tile.name) + " " + marked(one_line(tile.figure));
      if (!tile.detail.empty()) out_ += " (" + one_line(tile.detail) + ")";
      out_ += "\n";
    }
    out_ += "\n";
  }

  void write(const Group& group) { write(group.blocks); }

  std::string out_;
};

}  // namespace
}  // namespace detail

std::string to_markdown(const Dossier& dossier) { return detail::Writer().page(detail::compose(dossier)); }

}  // namespace essor
