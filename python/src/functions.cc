#include "python/src/functions.h"

#include "python/src/arguments.h"
#include "python/src/client/database.h"
#include "python/src/errors.h"
#include "python/src/values/keys.h"

namespace winnow::python {
namespace {

uint32_t get_partition_id(nb::handle digest) {
    return digest_of_python(digest, "a digest").partition();
}

void no_serializer(nb::handle) {
    raise(static_cast<int>(ResultCode::unsupported),
          "values of other types are not serialized; turn them into str or bytes before");
}

}  // namespace

void bind_functions(nb::module_& module) {
    module
        .def("calc_digest", calc_digest, required("ns"), required("set"), required("key"),
             "The digest of a key.")
        .def("get_partition_id", get_partition_id, required("digest"), "The partition of a digest.")
        .def("set_serializer", no_serializer, required("callback"))
        .def("set_deserializer", no_serializer, required("callback"))
        .def("unset_serializers", [] { return 0; });
}

}  // namespace winnow::python
