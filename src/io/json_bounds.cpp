#include "json_bounds.hpp"

#include "input_file.hpp"

#include <fmt/format.h>

#include <vector>

namespace cortexpr::io {

namespace {

// Bytes that nlohmann's tree takes at most, blocks of the heap and the copies of a growing vector included.
constexpr std::uint64_t of_member = 144, of_element = 48, of_container = 32, of_text = 48;

/// Follows the text as a parser does: strings, brackets and commas. Whatever else is in it stops the parser or is a
/// value, which has its comma or bracket before it.
class json_meter {
  public:
    json_meter(std::string_view text, const json_bounds& bounds) : text_(text), bounds_(bounds) {}

    bool is_too_deep() const { return is_too_deep_; }
    bool is_too_long() const { return is_too_long_; }
    std::uint64_t tree() const { return tree_; }

    void measure() {
        for (; position_ < text_.size() && !is_too_deep_ && !is_too_long_ && tree_ <= bounds_.tree; ++position_) {
            const auto symbol = text_[position_];
            unquoted_ = std::string_view("{}[],:").find(symbol) == std::string_view::npos ? unquoted_ + 1 : 0;
            is_too_long_ = unquoted_ > bounds_.token;
            switch (symbol) {
                case '"':
                    string();
                    break;
                case '{':
                case '[':
                    open(symbol == '{');
                    break;
                case '}':
                case ']':
                    if (!is_object_.empty()) is_object_.pop_back();
                    is_left_out_ = is_left_out_ && !is_object_.empty();
                    break;
                case ',':
                    if (is_object_.size() == 1) is_left_out_ = false;
                    next();
                    break;
                case ':':
                    is_left_out_ =
                        is_left_out_ || (is_object_.size() == 1 && !last_.empty() && last_ == bounds_.left_out);
                    break;
                default:
                    break;
            }
        }
    }

  private:
    void take(std::uint64_t bytes) {
        if (!is_left_out_) tree_ += bytes;
    }
    /// A member or an element begins.
    void next() { take(!is_object_.empty() && is_object_.back() ? of_member : of_element); }

    void open(bool is_object) {
        is_too_deep_ = static_cast<int>(is_object_.size()) >= bounds_.depth;
        is_object_.push_back(is_object);
        take(of_container);
        next();
    }

    void string() {
        const auto begin = ++position_;
        while (position_ < text_.size() && text_[position_] != '"') position_ += text_[position_] == '\\' ? 2 : 1;
        last_ = text_.substr(begin, position_ - begin);
        take(of_text + last_.size());
        is_too_long_ = last_.size() > bounds_.token;
        unquoted_ = 0;
    }

    std::string_view text_;
    const json_bounds& bounds_;
    std::size_t position_ = 0;
    std::vector<bool> is_object_{};  ///< of the brackets that are open
    std::string_view last_{};        ///< the string that was read last
    std::uint64_t tree_ = 0;
    std::size_t unquoted_ = 0;  ///< bytes since a bracket, comma, colon or text
    bool is_left_out_ = false, is_too_deep_ = false, is_too_long_ = false;
};

}  // namespace

std::string json_beyond(std::uint64_t bytes, const json_bounds& bounds) {
    return bytes <= bounds.bytes
               ? ""
               : fmt::format("has {} bytes of JSON, of which {} are read at most", bytes, bounds.bytes);
}

std::string json_beyond(std::string_view text, const json_bounds& bounds) {
    if (auto fault = json_beyond(text.size(), bounds); !fault.empty()) return fault;
    json_meter meter(text, bounds);
    meter.measure();
    if (meter.is_too_deep())
        return fmt::format("has brackets within brackets, more than {} deep; write it anew", bounds.depth);
    if (meter.is_too_long())
        return fmt::format("has a text, a number or a gap of more than {} bytes; write it anew", bounds.token);
    if (meter.tree() > bounds.tree)
        return fmt::format("has so many values that they take more than {} MB of memory; write it anew",
                           bounds.tree / 1'000'000);
    return {};
}

std::string json_key_check::fault() const {
    return repeated_.empty() ? ""
                             : fmt::format("has the key {} twice in one object; remove one", shown_name(repeated_));
}

}  // namespace cortexpr::io
