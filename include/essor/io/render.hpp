// The dossier as a document to print, to read on a screen, or to put beside the code.
#pragma once

#include <string>

#include "essor/committee/dossier.hpp"

namespace essor {

/// The dossier as one HTML page: it holds everything it needs (style, charts as inline SVG, no script, no outside
/// resource), prints on A4 with a first page that stands alone, and can be read by a screen reader. Texts of the
/// dossier are escaped. What is missing is said in a sentence.
std::string to_html(const Dossier& dossier);

/// The same content as Markdown with GitHub's tables; the charts are their tables of figures.
std::string to_markdown(const Dossier& dossier);

}  // namespace essor
