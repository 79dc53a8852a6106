#include "cli/load/loader.h"

#include <fmt/core.h>

namespace winnow::cli {
namespace {

constexpr size_t batch_rows_max = 500;
constexpr size_t batch_size_max = size_t{1} << 20;

// The server would refuse the next row as well.
bool ends_load(ResultCode code) {
    switch (code) {
        case ResultCode::server_error:
        case ResultCode::out_of_space:
        case ResultCode::timeout:
        case ResultCode::unavailable:
        case ResultCode::device_overload:
        case ResultCode::namespace_not_found:
        case ResultCode::unsupported: return true;
        default: return false;
    }
}

}  // namespace

Loader::Loader(const client::Client& client, const LoadPlan& plan, Rejections& rejections,
               size_t threads)
    : client_(client), plan_(plan), rejections_(rejections) {
    for (size_t i = 0; i < threads; i++) workers_.emplace_back([this] { work(); });
}

Loader::~Loader() {
    stop();
}

Answer<bool> Loader::add(const CsvRecord& record) {
    filling_.rows.push_back({filling_.text.size(), record.text.size(), record.line, ++rows_seen_});
    filling_.text += record.text;
    if (filling_.rows.size() < batch_rows_max && filling_.text.size() < batch_size_max)
        return false;
    WINNOW_TRY(hand_on());
    return true;
}

Answer<> Loader::finish() {
    Answer<> handed_on = hand_on();
    stop();
    if (trouble_) return fail(*trouble_);
    return handed_on;
}

Answer<> Loader::hand_on() {
    if (filling_.rows.empty()) return {};
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return queue_.size() < workers_.size() || trouble_; });
    if (trouble_) return fail(*trouble_);
    queue_.push_back(std::move(filling_));
    filling_ = {};
    changed_.notify_all();
    return {};
}

// What is queued is still written, unless there is trouble.
void Loader::stop() {
    {
        std::lock_guard lock(mutex_);
        ending_ = true;
        changed_.notify_all();
    }
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
}

std::optional<Loader::Batch> Loader::take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !queue_.empty() || ending_ || trouble_; });
    if (queue_.empty() || trouble_) return {};
    Batch batch = std::move(queue_.front());
    queue_.pop_front();
    changed_.notify_all();
    return batch;
}

void Loader::work() {
    RowReader reader(plan_);
    while (std::optional<Batch> batch = take()) {
        Answer<> written = write(*batch, reader);
        if (written) continue;
        std::lock_guard lock(mutex_);
        if (!trouble_) trouble_ = written.error();
        changed_.notify_all();
    }
}

Answer<> Loader::write(const Batch& batch, RowReader& reader) {
    std::vector<RowReader::Row> rows;
    std::vector<const Batch::Row*> origins;
    rows.reserve(batch.rows.size());
    for (const Batch::Row& row : batch.rows) {
        auto read = reader.read(row.of(batch.text), row.number);
        if (!read) {
            rejections_.add(row.line, read.error(), row.of(batch.text));
            continue;
        }
        rows.push_back(*std::move(read));
        origins.push_back(&row);
    }

    std::vector<std::vector<client::BinOperation>> operations(rows.size());
    std::vector<client::BatchEntry> entries(rows.size());
    for (size_t i = 0; i < rows.size(); i++) {
        for (const auto& [column, value] : rows[i].bins)
            operations[i].push_back(client::BinOperation::write(column->bin, value.view()));
        entries[i] = {.key = &rows[i].key,
                      .action = client::BatchAction::operate,
                      .ops = operations[i],
                      .rules = &plan_.rules};
    }

    std::optional<ResultCode> ending;
    std::vector<std::pair<const Batch::Row*, ResultCode>> refused;
    uint64_t loaded = 0;
    client::Outcome<> done = client_.batch(entries, [&](const client::BatchAnswer& answer) {
        if (answer.code == ResultCode::ok) {
            loaded++;
        } else if (ends_load(answer.code)) {
            ending = answer.code;
        } else {
            refused.emplace_back(origins[answer.index], answer.code);
        }
    });
    loaded_.fetch_add(loaded, std::memory_order_relaxed);
    if (!done) return failed(done.error());
    for (const auto& [row, code] : refused)
        rejections_.add(row->line, std::string(result_code_text(code)), row->of(batch.text));
    if (ending) return failed("the server refuses rows: {}", result_code_text(*ending));
    return {};
}

}  // namespace winnow::cli
