#include "python/src/query/query_run.h"

#include <fmt/format.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include "base/arena.h"
#include "python/src/arguments.h"
#include "python/src/config/suggestion.h"
#include "python/src/errors.h"
#include "python/src/gil.h"
#include "python/src/interrupt.h"

namespace winnow::python {
namespace {

// The numbers of operations, as in winnow.constants.
constexpr int64_t operator_read = 0;
constexpr int64_t writing_operators[] = {1, 6, 9, 10, 11, 14};

std::string str_of(nb::handle value, std::string_view text) {
    if (!PyUnicode_Check(value.ptr()))
        raise_param(fmt::format("{}, not {}", text, python::type_text(value)));
    return string_of(value, "the text");
}

[[noreturn]] void raise_unserved(std::string_view text) {
    raise(static_cast<int>(ResultCode::unsupported), text);
}

std::string bin_name(nb::handle name) {
    Arena arena;
    return std::string(ValueEncoder(arena, BoolAs::boolean).bin_name(name));
}

// Functions get what bins can hold. The server does not serve them yet, so this is all that is done
// with arguments.
void check_arguments(nb::handle arguments, BoolAs bool_as) {
    if (!PyList_Check(arguments.ptr()))
        raise(client_code::client,
              fmt::format("udf function arguments must be enclosed in a list, not {}",
                          python::type_text(arguments)));
    Arena arena;
    ValueEncoder encoder(arena, bool_as);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(arguments.ptr()); i++) {
        try {
            encoder.encode(nb::borrow(PyList_GET_ITEM(arguments.ptr(), i)));
        } catch (nb::python_error& error) {
            if (!error.matches(PyExc_Exception)) throw;
            raise(client_code::client,
                  fmt::format("udf function argument type must be supported by Aerospike: "
                              "argument {}: {}",
                              i + 1, nb::str(error.value()).c_str()));
        }
    }
}

class RunningMark {
public:
    explicit RunningMark(bool& running) : running_(running) { running_ = true; }
    ~RunningMark() { running_ = false; }
    RunningMark(const RunningMark&) = delete;
    RunningMark& operator=(const RunningMark&) = delete;

private:
    bool& running_;
};

}  // namespace

// ---- what is asked for ---------------------------------------------------------------------

QueryRun::QueryRun(std::string_view kind, nb::handle client, nb::handle ns, nb::handle set)
    : kind_(kind), client_(nb::borrow(client)) {
    if (ns.is_none())
        raise_param(fmt::format("{0}() needs a namespace: {0}(namespace, set=None)", kind_));
    ns_ = str_of(ns, "Namespace should be a string");
    if (!set.is_none()) set_ = str_of(set, "Set should be a string or None");
}

Client& QueryRun::client() const {
    return nb::cast<Client&>(client_);
}

void QueryRun::select(nb::args names) {
    if (names.size() == 0) return;
    std::vector<std::string> bins;
    for (nb::handle name : names) {
        if (!PyUnicode_Check(name.ptr()) && !PyByteArray_Check(name.ptr()) &&
            !PyBytes_Check(name.ptr()))
            raise_param(
                fmt::format("Bin name should be of type string, not {}", python::type_text(name)));
        bins.push_back(bin_name(name));
    }
    if (!bins_.empty())
        raise(client_code::client,
              fmt::format("select() cannot be called more than once on the same {}: name all bins "
                          "in one call, or make a new {}",
                          kind_, kind_));
    bins_ = std::move(bins);
}

void QueryRun::apply(nb::handle module, nb::handle function, nb::handle arguments) {
    for (auto [name, value] : {std::pair{"module", module}, {"function", function}}) {
        if (!PyUnicode_Check(value.ptr()))
            raise(client_code::client, fmt::format("udf {} argument must be a string, not {}", name,
                                                   python::type_text(value)));
    }
    check_arguments(arguments, client().bool_as());
    function_ = shown(module) + "." + shown(function);
}

void QueryRun::add_ops(nb::handle ops) {
    if (!PyList_Check(ops.ptr()))
        raise(client_code::client, fmt::format("Ops must be list, not {}", python::type_text(ops)));
    std::vector<Operation> made;
    size_t position = 0;
    for (nb::handle op : nb::borrow<nb::list>(ops)) {
        position++;
        if (!PyDict_Check(op.ptr()))
            raise_param(
                fmt::format("Failed to convert ops. Operation {} must be a dict made by "
                            "the functions of operations, not {}",
                            position, python::type_text(op)));
        nb::handle code = PyDict_GetItemString(op.ptr(), "op");
        nb::handle bin = PyDict_GetItemString(op.ptr(), "bin");
        if (!code.is_valid() || !PyLong_Check(code.ptr()))
            raise_param(
                fmt::format("Failed to convert ops. Operation {} must contain an \"op\" "
                            "entry, the number of the operation",
                            position));
        int64_t number = integer_of(code, "the number of an operation");
        Operation operation;
        operation.read = number == operator_read;
        operation.write =
            std::ranges::find(writing_operators, number) != std::end(writing_operators);
        if (bin.is_valid() && !bin.is_none()) operation.bin = bin_name(bin);
        made.push_back(std::move(operation));
    }
    ops_ = std::move(made);
}

std::string QueryRun::describe() const {
    std::string text = ns_;
    if (!set_.empty()) text += "." + set_;
    if (!bins_.empty()) text += fmt::format(" select {}", fmt::join(bins_, ", "));
    if (where_) text += " where " + where_->text;
    if (!function_.empty()) text += " apply " + function_;
    if (!ops_.empty()) text += fmt::format(" with {} operations", ops_.size());
    if (max_records_ != 0) text += fmt::format(" max_records {}", max_records_);
    if (tracked_) text += is_done() ? " paginated, done" : " paginated";
    return text;
}

// ---- running it ----------------------------------------------------------------------------

int64_t QueryRun::execute_background(nb::handle policy) {
    write_settings(policy, client().policies().write);
    if (ops_.empty() && function_.empty())
        raise_param("Background function or ops is required: call apply() or add_ops() first");
    if (!ops_.empty() && !function_.empty())
        raise_param(fmt::format("Cannot combine {} operations with a UDF", kind_));
    if (std::ranges::any_of(ops_, &Operation::read))
        raise_param(
            fmt::format("Background {0} operations must be write-only. Use results() or "
                        "foreach() to read",
                        kind_));
    client().connection();
    raise_unserved("execute_background() is not served yet: nothing has been changed");
}

void QueryRun::check_foreground(const RunOptions& options) const {
    bool whole_reads = std::ranges::all_of(ops_, &Operation::read);
    if (options.policy.partition_filter.is_valid() && (!function_.empty() || !whole_reads))
        raise_param("Aggregation or background queries cannot query by partition");
    if (!function_.empty() && !ops_.empty())
        raise_param(fmt::format("Cannot combine {} operations with aggregation", kind_));
    if (std::ranges::any_of(ops_, &Operation::write))
        raise_param(
            fmt::format("{} operations must be read-only: those that write are for "
                        "execute_background()",
                        kind_));
    if (options.policy.short_query && options.policy.records_per_second != 0)
        raise_param(
            "short_query (expected_duration SHORT) and records_per_second exclude each "
            "other: a short query is not slowed down");
    if (!function_.empty())
        raise_unserved("aggregation, apply() with results() or foreach(), is not served yet");
    if (!whole_reads)
        raise_unserved(
            "operations on parts of a bin in a query are not served yet: only "
            "operations.read()");
    if (!where_unserved_.empty()) raise_unserved(where_unserved_);
}

client::Query QueryRun::request(const RunOptions& options) const {
    client::Query query{.ns = ns_, .set = set_, .bins = bins_, .no_bins = options.no_bins};
    bool all = false;
    for (const Operation& operation : ops_) {
        all |= operation.bin.empty();
        query.bins.push_back(operation.bin);
    }
    if (all) query.bins.clear();
    if (where_) query.where = where_->predicate;
    query.max_records = max_records_ != 0 ? max_records_ : options.policy.max_records;
    return query;
}

client::PartitionProgress QueryRun::begin(const RunOptions& options) {
    nb::handle given = options.policy.partition_filter;
    PartitionFilter filter;
    if (given.is_valid()) {
        filter = PartitionFilter::of(given, where_.has_value());
        tracked_ = true;
    }
    if (!tracked_) return client::PartitionProgress::all();
    if (progress_ && !filter.status) {
        if (filter.range == range_) return *progress_;
        raise_param(
            fmt::format("Partition filter can not change when pagination is enabled. "
                        "prev={},{} current={},{}: make a new {}",
                        range_.begin, range_.count, filter.range.begin, filter.range.count, kind_));
    }
    range_ = filter.range;
    return filter.start();
}

// Those partitions alone whose master is the node.
void QueryRun::keep_node(client::PartitionProgress& progress, const std::string& name) const {
    std::shared_ptr<client::Client> connection = client().connection();
    client::Outcome<client::Node*> node = connection->cluster().node(name);
    if (!node) raise_param(fmt::format("Invalid node name: {}; see get_node_names()", name));
    std::vector<client::PartitionStatus> kept(progress.statuses().begin(),
                                              progress.statuses().end());
    for (client::PartitionStatus& status : kept) {
        client::Outcome<client::Node*> master = connection->cluster().route(ns_, status.id, 0);
        status.done |= !master || *master != *node;
    }
    progress = *client::PartitionProgress::of(kept);
}

void QueryRun::run(RunOptions& options, bool keep_failed, const Visitor& visit) {
    if (running_)
        raise(client_code::client,
              fmt::format("this {0} is running: a call-back, like another thread, needs a {0} of "
                          "its own",
                          kind_));
    check_foreground(options);
    client::Query query = request(options);
    std::shared_ptr<client::Client> connection = client().connection();
    client::PartitionProgress progress = begin(options);
    if (!options.node.empty()) keep_node(progress, options.node);
    const bool tracked = tracked_;  // a call-back may change it, for the next run
    // The place to go on from should the run fail.
    if (tracked) progress_ = progress;
    retry_ = true;

    RunningMark mark(running_);
    RecordBuilder builder({.deserialize = options.policy.deserialize}, nb::str(ns_.c_str()));
    SignalCheck signals;
    options.policy.interrupt = &signals;
    std::exception_ptr raised;
    bool stopped = false;
    client::FrameVisitor visit_frame = [&](client::RecordFrame& frame) {
        return with_gil([&] {
            try {
                check(PyErr_CheckSignals() == 0);
                builder.look_at_clock();
                stopped = !visit(builder, frame);
            } catch (abi::__forced_unwind&) {
                throw;  // no error of ours: with_gil() deals with it
            } catch (...) {
                raised = std::current_exception();
                stopped = true;
            }
            return !stopped;
        });
    };
    client::Outcome<> done = without_gil(
        [&] { return connection->query_frames(query, progress, visit_frame, options.policy); });
    bool complete = done && !stopped;
    if (tracked && (complete || keep_failed)) progress_ = std::move(progress);
    if (complete) retry_ = false;
    if (raised) std::rethrow_exception(raised);
    signals.rethrow();
    if (!done) raise_failure(std::move(done.error()));
}

void QueryRun::raise_failure(client::Failure failure) const {
    if (failure.code == ResultCode::index_not_found && where_)
        failure.text = fmt::format(
            "no index answers {}: create one, of the type of the value, on "
            "set {} or on the namespace",
            where_->text, set_.empty() ? "None" : set_);
    if (failure.code == ResultCode::namespace_not_found)
        failure.text = fmt::format("Invalid namespace: {}", ns_);
    raise(failure);
}

nb::object QueryRun::collect(RunOptions options) {
    nb::object records = owned(PyList_New(0));
    run(options, false, [&](RecordBuilder& builder, client::RecordFrame& frame) {
        GcPause pause;
        while (const client::RecordView* record = frame.next()) {
            nb::object made = builder.query_record(*record);
            check(PyList_Append(records.ptr(), made.ptr()) == 0);
        }
        return true;
    });
    return records;
}

void QueryRun::each(nb::handle callback, RunOptions options) {
    if (!PyCallable_Check(callback.ptr()))
        raise_param(fmt::format("foreach() calls a function for each record, and {} is none",
                                python::type_text(callback)));
    bool with_partition = options.policy.partition_filter.is_valid();
    run(options, true, [&](RecordBuilder& builder, client::RecordFrame& frame) {
        while (const client::RecordView* record = frame.next()) {
            bool refused = true;
            // Refused, or the cause of an exception: it comes again when the query goes on.
            struct PutBack {
                ~PutBack() {
                    if (refused) frame.put_back();
                }
                bool& refused;
                client::RecordFrame& frame;
            } put_back{refused, frame};
            uint32_t partition = record->digest()->partition();
            nb::object made = builder.query_record(*record);
            nb::object answer = with_partition ? callback(partition, made) : callback(made);
            refused = answer.ptr() == Py_False;
            if (refused) return false;
        }
        return true;
    });
}

nb::object QueryRun::partitions_status() const {
    if (!tracked_ || !progress_) return nb::dict();
    return status_to_python(*progress_, retry_);
}

bool no_bins_option(nb::handle options, std::string_view kind,
                    std::span<const std::string_view> known) {
    bool no_bins = false;
    if (!options.is_valid() || options.is_none()) return no_bins;
    if (!PyDict_Check(options.ptr()))
        raise_param(fmt::format("{} options must be a dictionary, not {}", kind,
                                python::type_text(options)));
    for (auto [key, value] : nb::borrow<nb::dict>(options)) {
        std::string name = shown(nb::str(key));
        if (std::ranges::find(known, name) == known.end())
            raise_param(
                fmt::format("{} options have no '{}'{}", kind, name, suggestion(name, known)));
        if (!PyBool_Check(value.ptr()))
            raise_param(
                fmt::format("{} value must be a bool, not {}", name, python::type_text(value)));
        if (name == "nobins") no_bins = value.ptr() == Py_True;
    }
    return no_bins;
}

}  // namespace winnow::python
