#pragma once
// What Query and Scan have in common: which records, how far the runs have come, and the loop that
// makes Python objects of reply frames.
//
// Each frame is received without the GIL and decoded with it. A call-back may do whatever it likes
// with the client, other queries too; the one that runs refuses to run again, in a call-back as in
// another thread. Meanwhile it can be asked and set up: its place stays that of the run before, and
// what is set counts for the next. What Python raises, in a call-back or by a signal, ends the run
// and comes through.
//
// The place moves with the records handed out. results() hands out all or, if it fails, none.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "python/src/client/client.h"
#include "python/src/config/policies.h"
#include "python/src/query/partition_filter.h"
#include "python/src/query/predicate.h"
#include "python/src/values/records.h"

namespace winnow::python {

namespace nb = nanobind;

// How one run is to be done.
struct RunOptions {
    QuerySettings policy;
    bool no_bins = false;
    std::string node = {};  // of this node alone; empty: of all
};

class QueryRun {
public:
    // `kind`: query or scan, for texts. ParamError: ns or set is no str.
    QueryRun(std::string_view kind, nb::handle client, nb::handle ns, nb::handle set);

    void select(nb::args names);
    void apply(nb::handle module, nb::handle function, nb::handle arguments);
    void add_ops(nb::handle ops);
    int64_t execute_background(nb::handle policy);
    void paginate() { tracked_ = true; }
    bool is_done() const { return tracked_ && progress_ && progress_->done(); }
    nb::object partitions_status() const;

    uint32_t ttl() const { return ttl_; }
    void set_ttl(nb::handle seconds) { ttl_ = ttl_of(seconds, "ttl"); }

    // For the garbage collector.
    nb::handle client_object() const { return client_; }
    void clear() { client_.reset(); }

protected:
    // For texts: of test.demo: select ...
    std::string describe() const;
    Client& client() const;
    nb::object collect(RunOptions options);
    void each(nb::handle callback, RunOptions options);

    std::optional<Where> where_;
    std::string where_unserved_;  // why the server cannot find records that way; empty: it can
    uint64_t max_records_ = 0;

private:
    using Visitor = std::function<bool(RecordBuilder&, client::RecordFrame&)>;
    struct Operation {
        bool read = false;   // of a whole bin
        bool write = false;  // neither: of something in a bin
        std::string bin;
    };

    void check_foreground(const RunOptions& options) const;
    client::Query request(const RunOptions& options) const;
    client::PartitionProgress begin(const RunOptions& options);
    void keep_node(client::PartitionProgress& progress, const std::string& node) const;
    // `keep_failed`: the place moves even if the run does not come to its end.
    void run(RunOptions& options, bool keep_failed, const Visitor& visit);
    [[noreturn]] void raise_failure(client::Failure failure) const;

    std::string kind_;
    nb::object client_;
    std::string ns_;
    std::string set_;
    std::vector<std::string> bins_;
    std::string function_;  // of apply(): module.function
    std::vector<Operation> ops_;
    uint32_t ttl_ = 0;

    bool running_ = false;
    bool tracked_ = false;
    PartitionRange range_;
    std::optional<client::PartitionProgress> progress_;
    bool retry_ = false;  // the last run ended before its time
};

// `nobins` of options, a dict of bools with known names; None: false.
bool no_bins_option(nb::handle options, std::string_view kind,
                    std::span<const std::string_view> known);

}  // namespace winnow::python
