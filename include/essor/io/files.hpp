// Files: read whole, written whole or not at all.
#pragma once

#include <string>
#include <string_view>

namespace essor {

/// The bytes of a file.
/// @throw FormatError naming the path and the system's reason.
std::string read_text(const std::string& path);

/// Replaces a file atomically: the text goes to a temporary file beside it, reaches the disk, and takes the file's name
/// in one step. A symbolic link keeps pointing at its file; permissions are kept. Whoever reads at the same time sees
/// the old text or the new one.
/// @throw FormatError naming the path and the system's reason; the file is then as it was.
void write_text(const std::string& path, std::string_view text);

}  // namespace essor
