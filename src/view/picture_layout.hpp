#pragma once
// Where the parts of a plan's picture lie: a column for each step, rows for what a step computes, and arrows between
// them. Arrows from one step to the next cross the space between columns; those within a step run down beside its
// boxes.

#include "schedule_rows.hpp"

#include <optional>
#include <vector>

namespace cortexpr::view::picture {

struct point {
    double x = 0, y = 0;
};
struct box {
    double x = 0, y = 0, width = 0, height = 0;
    double right() const { return x + width; }
    double bottom() const { return y + height; }
};

/// A row: the image, the states of one map, an output, or what an area hears at the next step.
struct node {
    enum class kind : std::uint8_t { image, states, output, feedback };
    kind is = kind::image;
    int index = 0;  ///< of its map, or area
    int area = 0;
    double y = 0, height = 0;
    int arrows_out = 0, arrows_in = 0;  ///< of those between columns
};

struct arrow {
    int convolution = 0;
    std::vector<point> corners{};
    bool has_head = true;
    std::vector<point> badge_places{};  ///< the best one first
    std::optional<point> badge{};
};

struct column {
    int step = 0;  ///< 0: before the first step
    bool is_gap = false;
};

class layout {
  public:
    layout(const plan::known_run& run, const plan::schedule& schedule,
           const std::vector<convolution_row>& convolutions);

    const std::vector<column>& columns() const { return columns_; }
    const std::vector<node>& nodes() const { return nodes_; }
    const std::vector<arrow>& arrows() const { return arrows_; }
    std::vector<int> types_of(const node& states) const;

    /// Whether a convolution reads what a row starts from.
    bool has_start(const node& one) const;

    double width() const;
    double height() const { return height_; }
    double heading() const;
    double label_right() const;
    double middle(std::size_t column) const { return middles_[column]; }
    box place(const node& one, std::size_t column) const;
    box place_of_type(const node& states, const box& at, int type) const;

  private:
    /// How a convolution's arrow runs.
    struct route {
        enum class way : std::uint8_t { between_columns, straight, beside, from_image };
        way by = way::between_columns;
        std::size_t from = 0, to = 0;  ///< nodes
        int out = 0, in = 0;           ///< its place among the arrows of either node
        int lane = 0, lanes = 1;       ///< its place among those that run the same way, and their number
    };

    void add_columns();
    void add_nodes();
    void add_routes();
    void place_nodes();
    void place_columns();
    void add_arrows();
    std::size_t index_of(node::kind is, int index) const;
    route route_of(const convolution_row& one) const;
    bool is_read(const convolution_row& one, int step) const;
    double pitch() const;
    arrow between_columns(const route& way, std::size_t column) const;
    arrow straight(const route& way, std::size_t column) const;
    arrow beside(const route& way, std::size_t column) const;
    void add_from_image(const route& way, int convolution);
    void add(arrow one, int convolution);
    std::optional<point> free_place(const std::vector<point>& wanted) const;

    const plan::known_run& run_;
    const plan::schedule& schedule_;
    const std::vector<convolution_row>& convolutions_;
    std::vector<column> columns_;
    std::vector<double> middles_;
    std::vector<node> nodes_;
    std::vector<route> routes_;
    std::vector<arrow> arrows_;
    double label_width_ = 0, height_ = 0;
};

}  // namespace cortexpr::view::picture
