#include "essor/io/files.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "essor/error/errors.hpp"

namespace {

namespace fs = std::filesystem;

/// A folder of its own, removed at the end.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("essor_files_" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }

  std::string operator/(const char* name) const { return (path_ / name).string(); }
  const fs::path& path() const { return path_; }
  auto count() const { return std::distance(fs::directory_iterator(path_), fs::directory_iterator()); }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("a file is written whole and read whole") {
  const Folder folder;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{4095}, std::size_t{4096}, std::size_t{300'000}}) {
    std::string text(size, 'x');
    if (size > 2) text[1] = '\0';
    essor::write_text(folder / "f", text);
    CHECK(essor::read_text(folder / "f") == text);
  }
  CHECK(folder.count() == 1);
}

TEST_CASE("permissions and symbolic links are kept") {
  const Folder folder;
  essor::write_text(folder / "f", "old");
  fs::permissions(folder / "f", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("f", folder / "link");
  essor::write_text(folder / "link", "new");
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(essor::read_text(folder / "f") == "new");
  CHECK(fs::status(folder / "f").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("errors name the path and the reason, and leave nothing behind") {
  const Folder folder;
  using essor::FormatError;
  CHECK_THROWS_WITH_AS(essor::read_text(folder / "none"),
                       (folder / "none: cannot read the file: No such file or directory").c_str(), FormatError);
  CHECK_THROWS_WITH_AS(essor::read_text(folder.path().string()), doctest::Contains("Is a directory"), FormatError);
  CHECK_THROWS_WITH_AS(essor::write_text(folder / "no/where", "x"), doctest::Contains("No such file"), FormatError);
  fs::create_directory(folder / "d");
  CHECK_THROWS_AS(essor::write_text(folder / "d", "x"), FormatError);
  CHECK_THROWS_AS(essor::read_text(std::string("a\0b", 3)), FormatError);
  CHECK_THROWS_AS(essor::write_text(std::string("a\0b", 3), "x"), FormatError);
  CHECK(folder.count() == 1);
}

TEST_CASE("a file that cannot be replaced stays as it was") {
  if (::access("/dev/full", W_OK) != 0) return;
  const Folder folder;
  essor::write_text(folder / "f", "old");
  CHECK_THROWS_AS(essor::write_text("/dev/full/f", "x"), essor::FormatError);
  CHECK(essor::read_text(folder / "f") == "old");
}

TEST_CASE("several writers of one file: the text of one of them stands") {
  const Folder folder;
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&folder, i] {
      for (int round = 0; round < 20; ++round)
        essor::write_text(folder / "f", std::string(10'000, static_cast<char>('a' + i)));
    });
  }
  for (std::thread& writer : writers) writer.join();
  const std::string text = essor::read_text(folder / "f");
  CHECK(text == std::string(10'000, text[0]));
  CHECK(folder.count() == 1);
}
