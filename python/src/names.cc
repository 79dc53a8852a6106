#include "python/src/names.h"

namespace winnow::python {
namespace {

nb::str interned(const char* text) {
    return nb::steal<nb::str>(PyUnicode_InternFromString(text));
}

}  // namespace

const Names& names() {
    static const Names* made = new Names{
#define WINNOW_X(name) interned(#name),
        WINNOW_PYTHON_NAMES(WINNOW_X)
#undef WINNOW_X
    };
    return *made;
}

const ValueClasses& value_classes() {
    static const ValueClasses* made = [] {
        nb::module_ values = nb::module_::import_("winnow.values");
        return new ValueClasses{values.attr("GeoJSON"),     values.attr("KeyOrderedDict"),
                                values.attr("HyperLogLog"), values.attr("RawBytes"),
                                values.attr("null"),        values.attr("CDTWildcard"),
                                values.attr("CDTInfinite")};
    }();
    return *made;
}

const BatchClasses& batch_classes() {
    static const BatchClasses* made = [] {
        nb::module_ records = nb::module_::import_("winnow.helpers.batch.records");
        return new BatchClasses{records.attr("BatchRecords"), records.attr("BatchRecord"),
                                records.attr("Read"),         records.attr("Write"),
                                records.attr("Apply"),        records.attr("Remove")};
    }();
    return *made;
}

const nb::object& exception_by_code() {
    static const nb::object* made =
        new nb::object(nb::module_::import_("winnow.exception").attr("by_code"));
    return *made;
}

}  // namespace winnow::python
