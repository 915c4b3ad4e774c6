#include "essor/io/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "essor/error/errors.hpp"

namespace essor {
namespace {

[[noreturn]] void fail(const std::string& path, const char* what, int error) {
  throw FormatError(path, "", std::string(what) + ": " + std::generic_category().message(error));
}

/// An open file, closed at the end of its scope.
class Handle {
 public:
  explicit Handle(int descriptor) noexcept : descriptor_(descriptor) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { close(); }

  int get() const noexcept { return descriptor_; }

  /// 0, or the error of the system.
  int close() noexcept {
    const int descriptor = std::exchange(descriptor_, -1);
    return descriptor >= 0 && ::close(descriptor) != 0 ? errno : 0;
  }

 private:
  int descriptor_;
};

/// Removes a file at the end of its scope, unless it was kept.
class Temporary {
 public:
  explicit Temporary(std::string path) : path_(std::move(path)) {}
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  void keep() noexcept { path_.clear(); }

 private:
  std::string path_;
};

/// 0, or the error of the system.
int write_all(int descriptor, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// The file that a path leads to through symbolic links; the path itself where there is none yet.
std::string followed(const std::string& path) {
  char* real = ::realpath(path.c_str(), nullptr);
  if (real == nullptr) return path;
  std::string target(real);
  std::free(real);
  return target;
}

/// Creates a file of a name that is not taken yet, beside another; `path` receives the name. Negative on error.
int create_beside(const std::string& target, std::string& path) {
  const std::string stem = target + "." + std::to_string(::getpid()) + "-";
  for (int attempt = 0; attempt < 1000; ++attempt) {
    path = stem + std::to_string(attempt) + ".part";
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0 || errno != EEXIST) return descriptor;
  }
  return -1;
}

}  // namespace

std::string read_text(const std::string& path) {
  const char* what = "cannot read the file";
  if (path.find('\0') != std::string::npos) fail(path.substr(0, path.find('\0')), what, EINVAL);
  const Handle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) fail(path, what, errno);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) fail(path, what, errno);
  // One byte more than the size that was told, to see the end; pipes and files that grow get more room as they need it.
  std::string text(static_cast<std::size_t>(std::max<off_t>(status.st_size, 4095)) + 1, '\0');
  std::size_t size = 0;
  for (;;) {
    const ssize_t got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path, what, errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size == text.size()) text.resize(2 * size);
  }
  text.resize(size);
  return text;
}

void write_text(const std::string& path, std::string_view text) {
  const char* what = "cannot write the file";
  if (path.find('\0') != std::string::npos) fail(path.substr(0, path.find('\0')), what, EINVAL);
  const std::string target = followed(path);
  std::string beside;
  Handle file(create_beside(target, beside));
  if (file.get() < 0) fail(path, what, errno);
  Temporary temporary(beside);
  struct stat replaced{};
  const bool exists = ::stat(target.c_str(), &replaced) == 0;
  if (exists && ::fchmod(file.get(), replaced.st_mode & 07777) != 0) fail(path, what, errno);
  if (const int error = write_all(file.get(), text)) fail(path, what, error);
  if (::fsync(file.get()) != 0) fail(path, what, errno);
  if (const int error = file.close()) fail(path, what, error);
  if (::rename(beside.c_str(), target.c_str()) != 0) fail(path, what, errno);
  temporary.keep();
  // The new name itself must reach the disk too; a folder that cannot be opened for this was still renamed in.
  const std::size_t slash = target.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : target.substr(0, slash + 1);
  const Handle directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() >= 0) ::fsync(directory.get());
}

}  // namespace essor
