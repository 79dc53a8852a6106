#include "cli/load/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/commands/write_options.h"
#include "cli/literal.h"
#include "cli/words.h"

namespace winnow::cli {
namespace {

constexpr std::string_view row_number_key = "#";

Column* find_column(LoadPlan& plan, std::string_view name) {
    auto found = std::ranges::find(plan.columns, name, &Column::name);
    return found == plan.columns.end() ? nullptr : &*found;
}

std::string column_names(const LoadPlan& plan) {
    std::string names;
    for (const Column& column : plan.columns)
        names += fmt::format("{}{}", names.empty() ? "" : ", ", column.name);
    return names;
}

// COL=TEXT of an option, for each of its parts.
template <class Action>
Answer<> each_assignment(const Call& call, LoadPlan& plan, std::string_view option,
                         const Action& action) {
    for (const std::string& part : call.list(option)) {
        size_t equals = part.find('=');
        if (equals == std::string::npos)
            return misused("--{} {}: written as COLUMN=...", option, part);
        std::string name = part.substr(0, equals);
        Column* column = find_column(plan, name);
        if (column == nullptr)
            return misused("--{} {}: the file has no column '{}', only {}", option, part, name,
                           column_names(plan));
        WINNOW_TRY(action(*column, part.substr(equals + 1)));
    }
    return {};
}

Answer<> take_columns(const Call& call, std::string_view header, LoadPlan& plan) {
    std::vector<std::string> names = call.list("columns");
    if (names.empty()) {
        CsvFields fields;
        auto values = fields.split(header, plan.delimiter);
        if (!values) return failed("line 1, the names of the columns: {}", values.error());
        for (const CsvValue& value : *values) names.emplace_back(trim(value.text));
    }
    for (const std::string& name : names) {
        if (find_column(plan, name) != nullptr)
            return failed("two columns have the name '{}': give all names with --columns", name);
        Column column;
        column.name = column.bin = name;
        plan.columns.push_back(column);
    }
    return {};
}

Answer<> check_bins(const LoadPlan& plan) {
    std::unordered_set<std::string> bins;
    for (const Column& column : plan.columns) {
        if (auto checked = check_bin_name(column.bin); !checked)
            return failed("column '{}': {}: --rename {}=NAME gives it another", column.name,
                          checked.error().text, column.name);
        if (!bins.insert(column.bin).second)
            return misused("two columns become the bin '{}': --rename one of them", column.bin);
    }
    return {};
}

Answer<> take_key(const Call& call, LoadPlan& plan) {
    std::vector<std::string> names = call.list("key");
    if (names.empty())
        return misused(
            "--key is missing: the columns that make the key, or # for the row number; the file "
            "has {}",
            column_names(plan));
    if (names.size() == 1 && names[0] == row_number_key) return {};
    for (const std::string& name : names) {
        const Column* column = find_column(plan, name);
        if (column == nullptr)
            return misused("--key {}: the file has no column '{}', only {}", *call.value("key"),
                           name, column_names(plan));
        plan.key.push_back(static_cast<size_t>(column - plan.columns.data()));
    }
    return {};
}

}  // namespace

bool LoadPlan::all_types_given() const {
    return std::ranges::all_of(columns, &Column::type_given);
}

std::string LoadPlan::types_text() const {
    std::string text;
    for (const Column& column : columns)
        text +=
            fmt::format("{}{}={}", text.empty() ? "" : ",", column.name, type_name(column.type));
    return text;
}

Answer<char> delimiter_of(const Call& call) {
    std::string text = call.value("delimiter").value_or(",");
    if (text == "tab" || text == "\\t") return '\t';
    if (text.size() != 1 || text == "\"" || text == "\n" || text == "\r")
        return misused("--delimiter '{}': one character, or 'tab'", text);
    return text[0];
}

Answer<LoadPlan> plan_load(const Call& call, std::string_view header) {
    LoadPlan plan;
    plan.ns = call.ns();
    plan.set = call.set();
    Answer<char> delimiter = delimiter_of(call);
    if (!delimiter) return fail(delimiter.error());
    plan.delimiter = *delimiter;
    Answer<client::WriteRules> rules = write_rules(call);
    if (!rules) return fail(rules.error());
    plan.rules = *rules;
    WINNOW_TRY(take_columns(call, header, plan));
    WINNOW_TRY(
        each_assignment(call, plan, "rename", [](Column& column, std::string bin) -> Answer<> {
            column.bin = std::move(bin);
            return {};
        }));
    WINNOW_TRY(check_bins(plan));
    WINNOW_TRY(take_key(call, plan));
    WINNOW_TRY(
        each_assignment(call, plan, "types", [](Column& column, std::string name) -> Answer<> {
            std::optional<ColumnType> type = type_of_name(name);
            if (!type)
                return misused("--types {}={}: int, float, bool, str, json or geo", column.name,
                               name);
            column.type = *type;
            column.type_given = true;
            return {};
        }));
    for (std::string& text : call.list("null")) plan.nulls.insert(std::move(text));
    return plan;
}

Answer<> guess_types(LoadPlan& plan, CsvReader& rows, const std::function<bool(uint64_t)>& go_on) {
    CsvFields fields;
    for (uint64_t count = 0;; count++) {
        Answer<std::optional<CsvRecord>> record = rows.next();
        if (!record) return fail(record.error());
        if (!*record) break;
        if (!go_on(count)) return failed("ended by Ctrl-C, nothing is loaded");
        auto values = fields.split((*record)->text, plan.delimiter);
        // What is refused later has no say.
        if (!values || values->size() != plan.columns.size()) continue;
        for (size_t i = 0; i < values->size(); i++) {
            if (!plan.is_null((*values)[i])) plan.columns[i].guess.see((*values)[i].text);
        }
    }
    for (Column& column : plan.columns) {
        if (!column.type_given) column.type = column.guess.type();
    }
    return {};
}

tl::expected<RowReader::Row, std::string> RowReader::read(std::string_view record,
                                                          uint64_t row_number) {
    auto values = fields_.split(record, plan_.delimiter);
    if (!values) return tl::unexpected<std::string>(values.error());
    if (values->size() != plan_.columns.size())
        return tl::unexpected(
            fmt::format("{} values for {} columns", values->size(), plan_.columns.size()));
    auto key = key_of(*values, row_number);
    if (!key) return tl::unexpected(key.error());
    Row row{*std::move(key), {}};
    row.bins.reserve(values->size());
    for (size_t i = 0; i < values->size(); i++) {
        const CsvValue& value = (*values)[i];
        const Column& column = plan_.columns[i];
        if (plan_.is_null(value)) continue;
        std::optional<client::Value> bin = value_of_text(value.text, column.type);
        if (!bin)
            return tl::unexpected(fmt::format("column {}: '{}' is no {}", column.name,
                                              value.text.substr(0, 40), type_name(column.type)));
        row.bins.emplace_back(&column, *std::move(bin));
    }
    if (row.bins.empty()) return tl::unexpected<std::string>("no value at all");
    return row;
}

tl::expected<client::Key, std::string> RowReader::key_of(std::span<const CsvValue> values,
                                                         uint64_t row_number) const {
    if (plan_.key.empty())
        return client::Key::of(plan_.ns, plan_.set, static_cast<int64_t>(row_number));
    std::string text;
    for (size_t i : plan_.key) {
        if (plan_.is_null(values[i]))
            return tl::unexpected(
                fmt::format("column {}, of the key, has no value", plan_.columns[i].name));
        if (i != plan_.key.front()) text += ':';
        text += values[i].text;
    }
    if (plan_.key.size() == 1 && plan_.columns[plan_.key[0]].type == ColumnType::integer) {
        std::optional<int64_t> number = integer_of_text(text);
        if (number) return client::Key::of(plan_.ns, plan_.set, *number);
    }
    return client::Key::of(plan_.ns, plan_.set, std::string_view(text));
}

}  // namespace winnow::cli
