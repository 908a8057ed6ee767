#include "svg.hpp"

#include "../utf_8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace cortexpr::view::svg {

namespace {

std::vector<std::string> letters_of(const std::string& text) {
    std::vector<std::string> letters;
    for (const char one : text) {
        if (continues_point(one) && !letters.empty())
            letters.back() += one;
        else
            letters.emplace_back(1, one);
    }
    return letters;
}

/// The width of a letter in units of its size, as DejaVu Sans has it, which is the widest of the fonts that are asked
/// for.
double width_of(const std::string& letter) {
    if (std::string_view("mwMW@%").find(letter) != std::string_view::npos) return 0.97;
    if (std::string_view(" .,:;|!'ijlftrI()[]/-").find(letter) != std::string_view::npos) return 0.38;
    const bool is_capital = letter.size() == 1 && letter.front() >= 'A' && letter.front() <= 'Z';
    return is_capital ? 0.71 : 0.63;
}

/// All of a text in lines of at most that length, broken behind what ends a part of a name where there is any.
std::vector<std::string> broken(const std::string& text, double length, double size) {
    std::vector<std::string> lines;
    std::string line;
    std::size_t end = 0;  // of the line's last whole part
    for (const auto& letter : letters_of(text)) {
        while (!line.empty() && length_of(line + letter, size) > length) {
            const auto kept = end > 0 ? end : line.size();
            lines.push_back(line.substr(0, kept));
            line.erase(0, kept);
            end = 0;
        }
        line += letter;
        if (std::string_view(" ,/_->").find(letter) != std::string_view::npos) end = line.size();
    }
    lines.push_back(line);
    return lines;
}

/// What XML can't write of what is no control character: bytes that aren't UTF-8, and two code points.
bool is_foreign(std::string_view point) { return point.empty() || point == "\xEF\xBF\xBE" || point == "\xEF\xBF\xBF"; }

}  // namespace

double length_of(const std::string& text, double size) {
    double length = 0;
    for (const auto& letter : letters_of(text)) length += size * width_of(letter);
    return length;
}

std::string shortened(const std::string& text, double length, double size) {
    if (length_of(text, size) <= length) return text;
    const auto letters = letters_of(text);
    std::string head, tail;
    for (std::size_t kept = 1; kept < letters.size(); ++kept) {
        auto& end = kept % 2 == 1 ? head : tail;
        const auto before = end;
        end = kept % 2 == 1 ? head + letters[kept / 2] : letters[letters.size() - kept / 2] + tail;
        if (length_of(head + "…" + tail, size) <= length) continue;
        end = before;
        break;
    }
    return head + "…" + tail;
}

std::vector<std::string> lines_of(const std::string& text, double length, double size) {
    std::vector<std::string> lines;
    std::string line;
    for (std::size_t first = 0; first <= text.size();) {
        const auto blank = std::min(text.find(' ', first), text.size());
        const auto word = text.substr(first, blank - first);
        const auto longer = line.empty() ? word : line + ' ' + word;
        if (!line.empty() && length_of(longer, size) > length)
            lines.push_back(std::exchange(line, word));
        else
            line = longer;
        first = blank + 1;
    }
    lines.push_back(line);
    for (auto& one : lines) one = shortened(one, length, size);
    return lines;
}

std::vector<std::vector<std::string>> labels_of(const std::vector<std::string>& texts, double length, double size) {
    std::map<std::string, std::set<std::string>> shown_as;
    for (const auto& text : texts) shown_as[shortened(text, length, size)].insert(text);
    std::vector<std::vector<std::string>> labels;
    for (const auto& text : texts) {
        const auto line = shortened(text, length, size);
        labels.push_back(shown_as[line].size() > 1 ? broken(text, length, size) : std::vector{line});
    }
    return labels;
}

std::string escaped(const std::string& text) {
    std::string result;
    for (std::size_t at = 0, size = 0; at < text.size(); at += std::max(size, std::size_t{1})) {
        size = bytes_of_point(std::string_view(text).substr(at));
        switch (text[at]) {
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
                if (is_foreign(std::string_view(text).substr(at, size)))
                    result += "\xEF\xBF\xBD";  // U+FFFD
                else if (static_cast<unsigned char>(text[at]) >= 0x20)
                    result.append(text, at, size);
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
