#include "cli/output/record_output.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "cli/output/json.h"
#include "cli/output/terminal.h"
#include "record/value/text.h"

namespace winnow::cli {
namespace {

constexpr size_t waiting_max = 1000;
constexpr uint64_t waiting_ns_max = 250'000'000;
constexpr size_t cell_size_max = 60;

std::string cell_text(const client::ValueView& value, size_t size_max) {
    return value_text(value.particle(), value.bytes(), size_max);
}

bool is_number(const client::ValueView& value) {
    return value.particle() == Particle::integer || value.particle() == Particle::float64;
}

}  // namespace

RecordOutput::RecordOutput(const RecordStyle& style)
    : style_(style), width_max_(terminal_width()), table_({"(set)", "(key)"}) {}

void RecordOutput::add(const PrintedRecord& row) {
    count_++;
    if (style_.json) return print_json(row);
    if (table_.size() == 0) waiting_since_ns_ = system_clock().monotonic_ns();
    add_row(row);
    if (table_.size() >= waiting_max ||
        system_clock().monotonic_ns() - waiting_since_ns_ > waiting_ns_max)
        flush();
}

void RecordOutput::finish() {
    if (table_.size() != 0) flush();
}

void RecordOutput::add_row(const PrintedRecord& row) {
    std::vector<Cell> cells;
    auto put = [&](std::string_view name, std::string text, bool number) {
        size_t column = table_.column(name);
        if (cells.size() <= column) cells.resize(column + 1);
        cells[column] = {std::move(text), {}, number};
    };
    if (style_.set) put("(set)", std::string(row.set), false);
    if (!row.key.is_nil()) put("(key)", cell_text(row.key, cell_size_max), is_number(row.key));
    if (style_.digest) put("(digest)", hex_text(row.digest.bytes), false);
    if (style_.meta) {
        int64_t ttl = client::remaining_seconds(row.record.void_time(), system_clock().now_ms());
        put("(generation)", fmt::to_string(row.record.generation()), true);
        put("(ttl)", ttl < 0 ? "never" : fmt::to_string(ttl), ttl >= 0);
    }
    for (client::Bin bin : row.record)
        put(bin.name, cell_text(bin.value, cell_size_max), is_number(bin.value));
    table_.add(std::move(cells));
}

void RecordOutput::print_json(const PrintedRecord& row) const {
    std::string line = R"({"set": )";
    row.set.empty() ? void(line += "null") : append_json_string(line, row.set);
    line += R"(, "key": )";
    append_json(line, row.key);
    line += fmt::format(R"(, "digest": "{}", "generation": {}, "ttl": )",
                        hex_text(row.digest.bytes), row.record.generation());
    int64_t ttl = client::remaining_seconds(row.record.void_time(), system_clock().now_ms());
    line += ttl < 0 ? "null" : fmt::to_string(ttl);
    line += R"(, "bins": {)";
    bool first = true;
    for (client::Bin bin : row.record) {
        if (!first) line += ", ";
        first = false;
        append_json_string(line, bin.name);
        line += ": ";
        append_json(line, bin.value);
    }
    fmt::print("{}}}}}\n", line);
}

void RecordOutput::flush() {
    if (count_ == table_.size()) upright_ = width_max_ != 0 && table_.width() > width_max_;
    upright_ ? table_.print_upright() : table_.print();
}

}  // namespace winnow::cli
