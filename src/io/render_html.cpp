#include <string>
#include <string_view>
#include <variant>

#include "detail/document.hpp"
#include "detail/text.hpp"
#include "essor/io/render.hpp"

namespace essor {
namespace detail {
namespace {

constexpr std::string_view style = R"css(
:root{--ink:#1c2230;--quiet:#555d6e;--rule:#d5d9e2;--soft:#f3f5f9;--blue:#1d4280;--good:#14603a;--bad:#9a2a1c;--wait:#6b5200}
*{box-sizing:border-box}
html{font:15.5px/1.5 "Source Sans 3","Segoe UI",system-ui,-apple-system,Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif;color:var(--ink);background:#e9ecf2;font-variant-numeric:tabular-nums lining-nums;-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{margin:0 auto;padding:2.4rem 2.8rem 3rem;max-width:60rem;background:#fff;overflow-wrap:anywhere}
h1,h2,.lede{font-family:Charter,"Bitstream Charter","Iowan Old Style",Georgia,"Liberation Serif",serif}
h1{font-size:2.05rem;line-height:1.12;margin:.1rem 0 .3rem;font-weight:700;letter-spacing:-.005em}
h2{font-size:1.5rem;line-height:1.2;margin:2.6rem 0 .8rem;padding-top:.7rem;border-top:2px solid var(--blue);color:var(--blue);font-weight:700}
h3{font-size:1.08rem;line-height:1.3;margin:1.7rem 0 .5rem}
h2,h3,caption{break-after:avoid}
p{margin:.4rem 0 .7rem;max-width:46rem}
a{color:var(--blue);text-underline-offset:.15em;text-decoration-thickness:1px}
a:focus-visible{outline:3px solid #b45f00;outline-offset:2px}
.kicker{color:var(--quiet);margin:0;max-width:none;font-size:.9rem}
.lede{font-size:1.22rem;line-height:1.38;margin:.7rem 0 .9rem;max-width:none}
.note,.quiet{color:var(--quiet)}
.note{font-size:.9rem}
.missing{color:var(--quiet);font-style:italic}
.badge{display:inline-block;font-size:.82em;line-height:1.35;padding:.02em .5em;border:1px solid currentColor;border-radius:.7em;white-space:nowrap;font-weight:600}
.good{color:var(--good)}.bad{color:var(--bad)}.wait{color:var(--wait)}.neutral{color:var(--quiet)}
.page h2{font-family:inherit;font-size:1.02rem;border:0;padding:0;margin:0 0 .4rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));margin:0 0 1rem;padding:0;border:solid var(--rule);border-width:1px 0}
.tiles div{padding:.5rem .9rem .55rem;border-left:1px solid var(--rule)}
.tiles div:first-child{border-left:0;padding-left:0}
.tiles dt{font-size:.84rem;line-height:1.3;color:var(--quiet)}
.tiles dd{margin:0;font-size:.84rem;line-height:1.3}
.tiles dd.figure{font-size:1.42rem;line-height:1.25;font-weight:700;color:var(--blue)}
.tiles dd.words{font-size:1.08rem;line-height:1.3;padding:.1rem 0}
.pair{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:1.3rem;align-items:start;margin:.6rem 0 1rem}
.pair.even{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}
.box{border:1px solid var(--rule);border-left:5px solid var(--blue);background:var(--soft);padding:.8rem 1rem .7rem;margin:.9rem 0;break-inside:avoid}
.box.warning{border-left-color:#b45f00;background:#fdf6ec}
.box>:first-child{margin-top:0}.box>:last-child{margin-bottom:0}
.pair>.box{margin:0}
.answer{break-inside:avoid;border-left:3px solid var(--rule);padding:.05rem 0 .05rem 1rem;margin:1.3rem 0}
.answer h3{margin-top:0}
.answer p{margin:.3rem 0}
ul{margin:.4rem 0 .8rem;padding-left:1.25rem;max-width:46rem}
li{margin:.18rem 0}
.choices{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.15rem .8rem}
.choices li::before{content:"";display:inline-block;width:.85em;height:.85em;margin-right:.5em;border:1.5px solid var(--ink);vertical-align:-.08em;background:#fff}
.contents{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.6rem;font-size:.95rem}
figure{margin:0 0 1rem;break-inside:avoid}
figure svg{display:block;width:100%;max-width:120mm;height:auto}
figure.large svg{max-width:none}
figcaption{font-size:.86rem;line-height:1.4;color:var(--quiet);margin-top:.25rem}
.scroll{overflow-x:auto;margin:.8rem 0 1.4rem}
table{border-collapse:collapse;width:100%;font-size:.88rem;line-height:1.36}
caption{text-align:left;font-weight:600;padding:0 0 .35rem;font-size:.95rem}
th,td{min-width:5.4em;text-align:left;vertical-align:top;padding:.32rem .55rem;border-bottom:1px solid var(--rule)}
th:first-child,td:first-child{padding-left:0}
thead th{font-weight:600;color:var(--quiet);border-bottom:1.5px solid var(--ink);vertical-align:bottom;line-height:1.25}
tbody th{font-weight:600;min-width:8.5em}
tbody th .quiet,tbody th a{font-weight:400}
.short tbody th a{font-weight:600}
td.number,th.number{text-align:right;min-width:0;overflow-wrap:break-word}
thead th{overflow-wrap:break-word}
td.wide,tbody th.wide{min-width:13rem}
td.name{min-width:9.5em}
td.date{min-width:7em}
.short tbody th{min-width:10.5rem}
.short caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);padding:0}
.narrow,tbody th.narrow{white-space:nowrap;min-width:0}
tr,.keep{break-inside:avoid}
thead tr,tbody tr:first-child{break-after:avoid}
tr.total>*{border-top:1.5px solid var(--ink);font-weight:700}
tr:target{background:#fff3cf}
.short th,.short td{padding:.2rem .55rem .2rem 0}
.short{font-size:.86rem;line-height:1.3}
.score{display:inline-block;min-width:2.6rem;height:1.7rem;border:1.5px solid var(--ink);vertical-align:middle;margin-right:.35em;background:#fff}
.line{display:inline-block;min-width:7rem;border-bottom:1px solid var(--ink)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
svg text{font-family:inherit;fill:var(--ink)}
@media (max-width:44rem){body{padding:1.2rem 1rem}.pair,.pair.even{grid-template-columns:minmax(0,1fr)}table{min-width:38rem}.tiles div{border-left:0;padding-left:0}}
@page{size:A4;margin:13mm 14mm 15mm;@bottom-right{content:counter(page) " / " counter(pages);font:8pt sans-serif;color:#555d6e}}
@media print{
html{font-size:9.6pt;line-height:1.42;background:#fff}
body{padding:0;max-width:none}
.page{break-after:page}
#last{margin-top:0}
.pair{grid-template-columns:minmax(0,3fr) minmax(0,2fr)}.pair.even{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}
.scroll{overflow:visible}
.contents{display:none}
a{color:inherit;text-decoration-color:#9aa3b5}
p,ul{orphans:3;widows:3}
figure.large svg{max-width:150mm}
}
)css";

class Writer {
 public:
  explicit Writer(Language language) : french_(language == Language::french) {}

  std::string page(const Document& document) {
    out_ = "<!DOCTYPE html>\n<html lang=\"";
    out_ += french_ ? "fr" : "en";
    out_ +=
        "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
        "initial-scale=1\">\n<title>";
    out_ += escape_html(document.title);
    out_ += "</title>\n<style>";
    out_ += style;
    out_ += "</style>\n</head>\n<body>\n<main>\n";
    write(document.blocks);
    out_ += "</main>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  void write(const std::vector<Block>& blocks) {
    for (const Block& block : blocks) std::visit([this](const auto& b) { write(b); }, block);
  }

  static std::string class_of(std::string_view kind) {
    return kind.empty() ? std::string() : " class=\"" + std::string(kind) + "\"";
  }

  static std::string lines(std::string_view text) {
    std::string html = escape_html(text);
    for (std::size_t at = html.find('\n'); at != std::string::npos; at = html.find('\n', at + 5))
      html.replace(at, 1, "<br>");
    return html;
  }

  void write(const Text& text) {
    for (const Run& run : text.runs) {
      const std::string html = lines(run.text);
      switch (run.style) {
        case Run::Style::plain:
          out_ += html;
          break;
        case Run::Style::strong:
          out_ += "<strong>" + html + "</strong>";
          break;
        case Run::Style::quiet:
          out_ += "<span class=\"quiet\">" + html + "</span>";
          break;
        case Run::Style::link:
          out_ += "<a href=\"" + escape_html(run.target) + "\">" + html + "</a>";
          break;
        case Run::Style::badge:
          out_ += "<span class=\"badge " + run.target + "\">" + html + "</span>";
          break;
        case Run::Style::blank:
          out_ += "<span class=\"" + run.target + "\"><span class=\"hidden\">" + html + "</span></span>";
          break;
      }
    }
  }

  void write(const Heading& heading) {
    const std::string tag = "h" + std::to_string(heading.level);
    out_ += "<" + tag + (heading.id.empty() ? "" : " id=\"" + heading.id + "\"") + ">";
    write(heading.text);
    out_ += "</" + tag + ">\n";
  }

  void write(const Paragraph& paragraph) {
    out_ += "<p" + class_of(paragraph.kind) + ">";
    write(paragraph.text);
    out_ += "</p>\n";
  }

  void write(const List& list) {
    const bool contents = list.kind == "contents";
    if (contents) out_ += french_ ? "<nav aria-label=\"Sommaire\">" : "<nav aria-label=\"Contents\">";
    // The role keeps a list without bullets a list for the screen readers that would otherwise drop it.
    out_ += "<ul" + class_of(list.kind) + (list.kind.empty() ? "" : " role=\"list\"") + ">\n";
    for (const Text& item : list.items) {
      out_ += "<li>";
      write(item);
      out_ += "</li>\n";
    }
    out_ += contents ? "</ul></nav>\n" : "</ul>\n";
  }

  void write(const Table& table) {
    // A wide table scrolls by itself on a small screen, so it can take the focus of a keyboard.
    // A short table stays on one page.
    out_ += "<div class=\"scroll" + std::string(table.rows.size() < 7 ? " keep" : "") +
            "\" role=\"region\" tabindex=\"0\" aria-label=\"" + escape_html(table.caption) + "\"><table" +
            class_of(table.kind) + ">\n<caption>" + escape_html(table.caption) + "</caption>\n<thead><tr>";
    for (const Table::Column& column : table.columns)
      out_ +=
          "<th scope=\"col\"" + class_of(column.numeric ? "number" : column.kind) + ">" + lines(column.head) + "</th>";
    out_ += "</tr></thead>\n<tbody>\n";
    for (const Table::Row& row : table.rows) {
      out_ += "<tr" + (row.id.empty() ? "" : " id=\"" + row.id + "\"") + class_of(row.total ? "total" : "") + ">";
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        const Table::Column& column = table.columns[i];
        out_ += (i == 0 ? "<th scope=\"row\"" : "<td") + class_of(column.numeric ? "number" : column.kind) + ">";
        write(row.cells[i]);
        out_ += i == 0 ? "</th>" : "</td>";
      }
      out_ += "</tr>\n";
    }
    out_ += "</tbody>\n</table></div>\n";
  }

  void write(const Figure& figure) {
    out_ += "<figure" + class_of(figure.kind) + ">\n" + figure.svg + "<figcaption>";
    write(figure.caption);
    out_ += "</figcaption>\n</figure>\n";
  }

  void write(const Tiles& tiles) {
    out_ += "<dl class=\"tiles\">\n";
    for (const Tiles::Tile& tile : tiles.tiles) {
      out_ += "<div><dt>" + escape_html(tile.name) + "</dt><dd class=\"figure" +
              (tile.figure.size() > 16 ? " words" : "") + "\">" + escape_html(tile.figure) + "</dd>";
      if (!tile.detail.empty()) {
        out_ += "<dd>";
        write(tile.detail);
        out_ += "</dd>";
      }
      out_ += "</div>\n";
    }
    out_ += "</dl>\n";
  }

  void write(const Group& group) {
    const bool section = group.kind == "page" || group.kind == "answer";
    out_ += (section ? "<section" : "<div") + class_of(group.kind) + ">\n";
    write(group.blocks);
    out_ += section ? "</section>\n" : "</div>\n";
  }

  bool french_;
  std::string out_;
};

}  // namespace

std::string escape_html(std::string_view text) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const char c = text[0];
    if (length == 0 || (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == '\x7f')
      out += replacement;
    else if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else
      out += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

bool is_link(std::string_view address) noexcept {
  return (address.starts_with("https://") || address.starts_with("http://")) &&
         address.find_first_of(" \t\r\n<>\"'`") == std::string_view::npos;
}

}  // namespace detail

std::string to_html(const Dossier& dossier) { return detail::Writer(dossier.language).page(detail::compose(dossier)); }

}  // namespace essor
