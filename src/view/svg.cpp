#include "svg.hpp"

#include <fmt/format.h>

namespace cortexpr::view::svg {

std::string escaped(const std::string& text) {
    std::string result;
    for (const char symbol : text) {
        switch (symbol) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            default:
                // XML has no way to write the other control characters.
                if (static_cast<unsigned char>(symbol) >= 0x20) result += symbol;
        }
    }
    return result;
}

std::string number(double value) {
    std::string text = fmt::format("{:.2f}", value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string page(double width, double height, const std::string& title, const std::string& dark_rules) {
    std::string text = fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}")"
        R"( role="img" font-family="system-ui, 'DejaVu Sans', Helvetica, Arial, sans-serif" font-size="12">)"
        "\n<title>{2}</title>\n",
        number(width), number(height), escaped(title));
    text +=
        "<style>@media (prefers-color-scheme:dark){.page{fill:#15181c}.ink{fill:#d7dbe0}.soft{fill:#a3abb5}"
        ".axis{stroke:#7d8590}.grid{stroke:#2f353d}" +
        dark_rules + "}</style>\n";
    return text + fmt::format(R"(<rect class="page" width="{}" height="{}" rx="8" fill="#ffffff"/>)"
                              "\n",
                              number(width), number(height));
}

}  // namespace cortexpr::view::svg
