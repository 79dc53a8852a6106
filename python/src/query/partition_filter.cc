#include "python/src/query/partition_filter.h"

#include <fmt/core.h>
#include <nanobind/stl/string.h>

#include <string>
#include <string_view>
#include <vector>

#include "python/src/arguments.h"
#include "python/src/config/suggestion.h"
#include "python/src/errors.h"
#include "python/src/values/keys.h"

namespace winnow::python {
namespace {

using client::PartitionProgress;
using client::PartitionStatus;

nb::handle item(nb::handle dict, const char* name) {
    nb::object key = owned(PyUnicode_InternFromString(name));
    PyObject* found = PyDict_GetItemWithError(dict.ptr(), key.ptr());
    check(found != nullptr || PyErr_Occurred() == nullptr);
    return found;
}

void check_names(nb::handle dict, std::string_view what, std::span<const std::string_view> known) {
    for (auto [key, value] : nb::borrow<nb::dict>(dict)) {
        std::string name = shown(nb::str(key));
        if (std::find(known.begin(), known.end(), name) == known.end())
            raise_param(
                fmt::format("invalid {}: it has no '{}'{}", what, name, suggestion(name, known)));
    }
}

// An int, or nothing if it is none or out of the bounds.
std::optional<int64_t> number(nb::handle value, int64_t least, int64_t most) {
    if (!PyLong_Check(value.ptr())) return {};
    int overflow = 0;
    int64_t found = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
    if (overflow != 0 || found < least || found > most) return {};
    return found;
}

std::optional<bool> truth(nb::handle value) {
    std::optional<int64_t> found = number(value, 0, 1);
    if (!found) return {};
    return *found != 0;
}

PartitionRange range_of(nb::handle filter) {
    PartitionRange range;
    if (nb::handle begin = item(filter, "begin"); begin.is_valid()) {
        std::optional<int64_t> found = number(begin, 0, partition_count - 1);
        if (!found)
            raise_param(
                "invalid partition_filter policy begin, begin must be an int between 0 and "
                "4095 inclusive");
        range.begin = static_cast<uint32_t>(*found);
    }
    if (nb::handle count = item(filter, "count"); count.is_valid()) {
        std::optional<int64_t> found = number(count, 1, partition_count);
        if (!found)
            raise_param(
                "invalid partition_filter policy count, count must be an int between 1 and "
                "4096 inclusive");
        range.count = static_cast<uint32_t>(*found);
    }
    return range;
}

Digest digest_after(nb::handle digest) {
    if (!PyDict_Check(digest.ptr()))
        raise_param(
            fmt::format("invalid partition_filter policy digest, digest must be a dict "
                        "{{'init': True, 'value': bytearray(20)}}, not {}",
                        python::type_text(digest)));
    static constexpr std::string_view known[] = {"init", "value"};
    check_names(digest, "partition_filter policy digest", known);
    nb::handle value = item(digest, "value");
    if (!value.is_valid())
        raise_param("invalid partition_filter policy digest, it has no 'value': the 20 bytes");
    return digest_of_python(value, "'value' of a partition_filter's digest");
}

bool digest_counts(nb::handle digest) {
    if (!PyDict_Check(digest.ptr())) return true;
    nb::handle init = item(digest, "init");
    if (!init.is_valid()) return true;
    std::optional<bool> found = truth(init);
    if (!found) raise_param("invalid partition_filter policy digest, 'init' must be a bool");
    return *found;
}

int hex_digit(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

std::optional<Digest> digest_of_text(std::string_view text) {
    Digest digest;
    if (text.size() != 2 * digest_size) return {};
    for (size_t i = 0; i < digest_size; i++) {
        int high = hex_digit(text[2 * i]);
        int low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return {};
        digest.bytes[i] = static_cast<uint8_t>(high * 16 + low);
    }
    return digest;
}

std::optional<Digest> digest_of_list(nb::handle list) {
    Digest digest;
    if (PyList_GET_SIZE(list.ptr()) != Py_ssize_t{digest_size}) return {};
    for (size_t i = 0; i < digest_size; i++) {
        auto byte = number(PyList_GET_ITEM(list.ptr(), static_cast<Py_ssize_t>(i)), 0, UINT8_MAX);
        if (!byte) return {};
        digest.bytes[i] = static_cast<uint8_t>(*byte);
    }
    return digest;
}

std::optional<Digest> stored_digest(nb::handle value) {
    if (PyUnicode_Check(value.ptr())) return digest_of_text(shown(value));
    if (PyList_Check(value.ptr())) return digest_of_list(value);
    if (PyByteArray_Check(value.ptr()) || PyBytes_Check(value.ptr())) {
        if (PyObject_Size(value.ptr()) != Py_ssize_t{digest_size}) return {};
        return digest_of_python(value, "a digest");
    }
    return {};
}

// Reads the dict of a status.
class StatusReader {
public:
    StatusReader(nb::handle status, bool by_index) : status_(status), by_index_(by_index) {
        if (!PyDict_Check(status.ptr()))
            raise_param("invalid partition_filter policy, partition_status must be a dict");
        done_ = flag("done");
        retry_ = flag("retry");
    }

    std::vector<PartitionStatus> partitions() const {
        std::vector<PartitionStatus> found;
        for (auto [key, value] : nb::borrow<nb::dict>(status_)) {
            if (std::optional<uint16_t> id = id_of(key)) found.push_back(partition(*id, value));
        }
        return found;
    }
    bool done() const { return done_; }

private:
    bool flag(const char* name) const {
        nb::handle value = item(status_, name);
        if (!value.is_valid())
            raise_param(
                fmt::format("partition_status dict missing key '{}': it is what "
                            "get_partitions_status() answers of a query that keeps track, "
                            "by paginate() or a partition_filter",
                            name));
        if (!PyLong_Check(value.ptr()))
            raise_param(fmt::format("partition_status dict key '{}' must be an int", name));
        return PyObject_IsTrue(value.ptr()) == 1;
    }

    // Nothing: one of the other two keys.
    static std::optional<uint16_t> id_of(nb::handle key) {
        nb::object number_object = nb::borrow(key);
        if (PyUnicode_Check(key.ptr())) {
            std::string text = shown(key);
            if (text == "done" || text == "retry") return {};
            number_object = nb::steal(PyLong_FromUnicodeObject(key.ptr(), 10));
            if (!number_object.is_valid()) {
                PyErr_Clear();
                number_object = nb::borrow(key);
            }
        }
        auto id = number(number_object, 0, partition_count - 1);
        if (!id)
            raise_param(
                fmt::format("partition_status dict has a key {}: a partition is an int "
                            "between 0 and 4095",
                            nb::repr(key).c_str()));
        return static_cast<uint16_t>(*id);
    }

    [[noreturn]] static void invalid(std::string_view what, uint16_t id, std::string_view wanted) {
        raise_param(fmt::format("invalid {} for part_id: {}, {}", what, id, wanted));
    }

    PartitionStatus partition(uint16_t id, nb::handle value) const {
        nb::object fast = nb::steal(PySequence_Fast(value.ptr(), ""));
        Py_ssize_t size = 0;
        if (fast.is_valid()) size = PySequence_Fast_GET_SIZE(fast.ptr());
        PyErr_Clear();
        if (size != 4 && size != 5)
            invalid("value", id, "it is a tuple (id, init, retry, digest, bval)");
        PyObject** parts = PySequence_Fast_ITEMS(fast.ptr());
        if (number(parts[0], id, id) != id) invalid("id", id, "it must be the number itself");
        std::optional<bool> init = truth(parts[1]);
        if (!init) invalid("init", id, "it must be a bool");
        std::optional<bool> third = truth(parts[2]);
        if (!third) invalid(size == 5 ? "retry" : "done", id, "it must be a bool");
        PartitionStatus status{.id = id, .done = done_, .started = *init, .digest = {}};
        if (size == 5) status.done |= !retry_ && !*third;
        if (size == 4) status.done |= *third;
        if (status.started) {
            std::optional<Digest> digest = stored_digest(parts[3]);
            if (!digest) invalid("digest value", id, "it must be a bytearray of 20 bytes");
            if (digest->partition() != id)
                invalid("digest value", id, "it is of another partition");
            status.digest = *digest;
        }
        if (size == 5) {
            auto value_of_index = number(parts[4], INT64_MIN, INT64_MAX);
            if (!value_of_index) invalid("bval", id, "it must be an int of 64 bits");
            status.index_value = *value_of_index;
        } else if (status.started && by_index_) {
            invalid("bval", id, "a query with where() needs it as a fifth element");
        }
        return status;
    }

    nb::handle status_;
    bool by_index_;
    bool done_ = false;
    bool retry_ = false;
};

PartitionProgress from_status(nb::handle status, const std::optional<PartitionRange>& range,
                              bool by_index) {
    StatusReader reader(status, by_index);
    std::vector<PartitionStatus> given = reader.partitions();
    if (!range && !given.empty()) return *PartitionProgress::of(given);
    PartitionRange all = range.value_or(PartitionRange{});
    PartitionProgress progress = *PartitionProgress::range(all.begin, all.count);
    for (const PartitionStatus& partition : given) {
        if (PartitionStatus* found = progress.find(partition.id)) *found = partition;
    }
    if (!reader.done()) return progress;
    std::vector<PartitionStatus> ended(progress.statuses().begin(), progress.statuses().end());
    for (PartitionStatus& partition : ended) partition.done = true;
    return *PartitionProgress::of(ended);
}

const nb::object& status_class() {
    static const nb::object* made =
        new nb::object(nb::module_::import_("winnow.partitions").attr("PartitionStatus"));
    return *made;
}

void put(nb::handle dict, nb::handle key, nb::handle value) {
    check(PyDict_SetItem(dict.ptr(), key.ptr(), value.ptr()) == 0);
}

}  // namespace

PartitionFilter PartitionFilter::of(nb::handle filter, bool by_index) {
    if (!PyDict_Check(filter.ptr()))
        raise_param(
            fmt::format("invalid partition_filter policy, partition_filter must be a dict, "
                        "not {}",
                        python::type_text(filter)));
    static constexpr std::string_view known[] = {"begin", "count", "digest", "partition_status"};
    check_names(filter, "partition_filter policy", known);
    PartitionFilter made{range_of(filter), {}};
    PartitionRange& range = made.range;
    bool ranged = item(filter, "begin").is_valid() || item(filter, "count").is_valid();
    nb::handle digest = item(filter, "digest");
    nb::handle status = item(filter, "partition_status");
    if (digest.is_valid() && digest_counts(digest)) {
        range.after = digest_after(digest);
        if (by_index)
            raise_param(
                "invalid partition_filter policy digest, a query with where() is not in "
                "the order of digests: use partition_status");
        if (status.is_valid())
            raise_param("invalid partition_filter policy, give digest or partition_status");
        if (!ranged) range = {range.after->partition(), 1, range.after};
        if (range.after->partition() != range.begin)
            raise_param(
                fmt::format("invalid partition_filter policy digest, it is of partition {} "
                            "and begin is {}",
                            range.after->partition(), range.begin));
    }
    if (range.begin + range.count > partition_count)
        raise_param(
            fmt::format("invalid partition filter range, begin: {} count: {}, valid range "
                        "when begin + count <= 4096",
                        range.begin, range.count));
    if (status.is_valid())
        made.status = from_status(status, ranged ? std::optional(range) : std::nullopt, by_index);
    return made;
}

PartitionProgress PartitionFilter::start() const {
    if (status) return *status;
    PartitionProgress progress = *PartitionProgress::range(range.begin, range.count);
    if (range.after)
        *progress.find(range.begin) = PartitionProgress::after(*range.after).statuses()[0];
    return progress;
}

nb::object status_to_python(const PartitionProgress& progress, bool retry) {
    nb::dict made;
    put(made, nb::str("done"), nb::bool_(progress.done()));
    put(made, nb::str("retry"), nb::bool_(retry));
    for (const PartitionStatus& status : progress.statuses()) {
        nb::object id = nb::int_(status.id);
        put(made, id,
            status_class()(id, nb::bool_(status.started), nb::bool_(!status.done),
                           digest_to_python(status.digest), nb::int_(status.index_value)));
    }
    return made;
}

}  // namespace winnow::python
