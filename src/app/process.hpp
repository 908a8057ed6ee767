#pragma once
// The process's own settings while a command runs.

#include <clocale>
#include <locale>
#include <string>

namespace cortexpr::application {

/// Numbers of the command line and of messages are written as in C, whatever locale the program has set. That locale
/// is put back at the end of the scope.
class classic_locale {
  public:
    classic_locale() : c_(std::setlocale(LC_ALL, nullptr)), cpp_(std::locale::global(std::locale::classic())) {
        std::setlocale(LC_ALL, "C");
    }
    classic_locale(const classic_locale&) = delete;
    classic_locale& operator=(const classic_locale&) = delete;
    ~classic_locale() {
        std::locale::global(cpp_);
        std::setlocale(LC_ALL, c_.c_str());
    }

  private:
    std::string c_;
    std::locale cpp_;
};

}  // namespace cortexpr::application
