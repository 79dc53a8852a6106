// load: a CSV file into a set. A first pass over the file tells the types, a second one writes;
// standard input, which passes only once, is judged by its beginning.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/clock.h"
#include "cli/commands/info_text.h"
#include "cli/commands/run.h"
#include "cli/load/input.h"
#include "cli/load/loader.h"
#include "cli/load/progress.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"

namespace winnow::cli {
namespace {

constexpr size_t beginning_size = size_t{4} << 20;
constexpr uint64_t rows_between_looks = 1024;

// The file, as often as it is needed. Of what passes only once the beginning is kept.
class LoadFile {
public:
    explicit LoadFile(std::string name) : name_(std::move(name)) {}
    LoadFile(const LoadFile&) = delete;

    Answer<> open() {
        WINNOW_TRY(reopen());
        if (input_->repeatable()) return {};
        beginning_.resize(beginning_size);
        size_t size = 0, got = 0;
        do {
            Answer<size_t> read = input_->read(std::span(beginning_).subspan(size));
            if (!read) return fail(read.error());
            got = *read;
            size += got;
        } while (got != 0 && size < beginning_size);
        beginning_.resize(size);
        return {};
    }

    // A look at all that can be read again.
    Answer<CsvReader> look(char delimiter) {
        if (input_->repeatable()) return read(delimiter);
        // A line that is cut would be told as something else than it is.
        auto last = std::ranges::find(beginning_.rbegin(), beginning_.rend(), '\n');
        size_t size = beginning_.size();
        if (size == beginning_size && last != beginning_.rend())
            size = static_cast<size_t>(beginning_.rend() - last);
        return CsvReader(kept(size), delimiter);
    }

    // All of it, from the start. Once, and after all looks.
    Answer<CsvReader> read(char delimiter) {
        if (input_->repeatable()) {
            WINNOW_TRY(reopen());
            return CsvReader([this](std::span<char> room) { return input_->read(room); },
                             delimiter);
        }
        auto source = [this, kept = kept(beginning_.size())](std::span<char> room) {
            Answer<size_t> size = kept(room);
            return *size != 0 ? size : input_->read(room);
        };
        return CsvReader(source, delimiter);
    }

    double fraction() const { return input_->fraction(); }
    // Where rejected rows go.
    std::string rejected_name() const {
        return (name_ == "-" ? "standard-input" : name_) + ".rejected";
    }
    std::string shown_name() const { return name_ == "-" ? "standard input" : name_; }

private:
    Answer<> reopen() {
        Answer<Input> input = Input::open(name_);
        if (!input) return fail(input.error());
        input_ = std::make_unique<Input>(*std::move(input));
        return {};
    }
    CsvReader::Source kept(size_t size) {
        return [this, size, at = size_t{0}](std::span<char> room) mutable -> Answer<size_t> {
            size_t part = std::min(room.size(), size - at);
            std::copy_n(beginning_.data() + at, part, room.data());
            at += part;
            return part;
        };
    }

    std::string name_;
    std::unique_ptr<Input> input_;
    std::vector<char> beginning_;
};

class Load {
public:
    explicit Load(Call& call) : call_(call), file_(call.arguments[0]) {}

    Answer<> run() {
        WINNOW_TRY(read_plan());
        Answer<uint64_t> threads = call_.number("threads", 4, 1, 64);
        if (!threads) return fail(threads.error());
        Answer<client::Client*> client = call_.session.client();
        if (!client) return fail(client.error());
        WINNOW_TRY(check_namespace(**client, plan_.ns));
        if (!plan_.all_types_given()) WINNOW_TRY(tell_types());

        uint64_t start_ns = system_clock().monotonic_ns();
        Rejections rejections(file_.rejected_name(), header_);
        Loader loader(**client, plan_, rejections, *threads);
        Answer<> written = write_rows(loader, rejections);
        print_end(loader.loaded(), rejections.count(), system_clock().monotonic_ns() - start_ns);
        if (!written) return fail(written.error());
        return judge(rejections);
    }

private:
    bool has_header() const { return !call_.has("columns"); }

    Answer<> read_plan() {
        Answer<char> delimiter = delimiter_of(call_);
        if (!delimiter) return fail(delimiter.error());
        WINNOW_TRY(file_.open());
        Answer<CsvReader> rows = file_.look(*delimiter);
        if (!rows) return fail(rows.error());
        Answer<std::optional<CsvRecord>> first = rows->next();
        if (!first) return fail(first.error());
        if (!*first) return failed("{} is empty", file_.shown_name());
        if (has_header()) header_ = (*first)->text;
        Answer<LoadPlan> plan = plan_load(call_, header_);
        if (!plan) return fail(plan.error());
        plan_ = *std::move(plan);
        return {};
    }

    // Without the names of the columns.
    Answer<> skip_header(CsvReader& rows) const {
        if (!has_header()) return {};
        Answer<std::optional<CsvRecord>> header = rows.next();
        if (!header) return fail(header.error());
        return {};
    }

    Answer<> tell_types() {
        Answer<CsvReader> rows = file_.look(plan_.delimiter);
        if (!rows) return fail(rows.error());
        WINNOW_TRY(skip_header(*rows));
        Progress progress;
        Answer<> told = guess_types(plan_, *rows, [&](uint64_t count) {
            if (count % rows_between_looks == 0)
                progress.show("telling types", file_.fraction(), count, 0);
            return !interrupted();
        });
        progress.end();
        WINNOW_TRY(told);
        if (!call_.json()) fmt::print("types: {}\n", plan_.types_text());
        std::fflush(stdout);
        return {};
    }

    Answer<> write_rows(Loader& loader, Rejections& rejections) {
        Progress progress;
        Answer<> read = read_rows(loader, [&] {
            progress.show("loading", file_.fraction(), loader.loaded(), rejections.count());
        });
        Answer<> finished = loader.finish();
        progress.end();
        WINNOW_TRY(read);
        WINNOW_TRY(finished);
        if (interrupted())
            return failed("ended by Ctrl-C before the end of {}", file_.shown_name());
        return {};
    }

    template <class Action>
    Answer<> read_rows(Loader& loader, const Action& after_batch) {
        Answer<CsvReader> rows = file_.read(plan_.delimiter);
        if (!rows) return fail(rows.error());
        WINNOW_TRY(skip_header(*rows));
        while (!interrupted()) {
            Answer<std::optional<CsvRecord>> record = rows->next();
            if (!record) return fail(record.error());
            if (!*record) break;
            Answer<bool> handed_on = loader.add(**record);
            if (!handed_on) return fail(handed_on.error());
            if (*handed_on) after_batch();
        }
        return {};
    }

    void print_end(uint64_t loaded, uint64_t rejected, uint64_t time_ns) const {
        double seconds = static_cast<double>(time_ns) / 1e9;
        if (call_.json()) {
            fmt::print(R"({{"loaded": {}, "rejected": {}, "seconds": {:.3f}}})"
                       "\n",
                       loaded, rejected, seconds);
            return;
        }
        fmt::print("{} record{} loaded into {}{}{} in {} ({}/s)", count_text(loaded),
                   loaded == 1 ? "" : "s", plan_.ns, plan_.set.empty() ? "" : ".", plan_.set,
                   time_text(time_ns),
                   count_text(static_cast<uint64_t>(static_cast<double>(loaded) / seconds)));
        if (rejected != 0) fmt::print(", {} rejected", count_text(rejected));
        fmt::print("\n");
    }

    Answer<> judge(Rejections& rejections) const {
        WINNOW_TRY(rejections.close());
        if (rejections.count() == 0) return {};
        std::string why;
        for (const std::string& line : rejections.first()) why += "\n  " + line;
        if (rejections.count() > rejections.first().size())
            why += fmt::format("\n  and {} more", rejections.count() - rejections.first().size());
        return failed("rows of {} that were rejected are kept in {}:{}", file_.shown_name(),
                      rejections.file_name(), why);
    }

    Call& call_;
    LoadFile file_;
    LoadPlan plan_;
    std::string header_;  // as it stands in the file; empty: there is none
};

}  // namespace

Answer<> run_load(Call& call) {
    return Load(call).run();
}

}  // namespace winnow::cli
