#include "python/src/errors.h"

#include <fmt/core.h>

#include "python/src/names.h"

namespace winnow::python {
namespace {

[[noreturn]] void raise_full(int code, std::string_view text, bool in_doubt, const About& about,
                             Location where) {
    nb::object type = exception_by_code()(code);
    nb::object error =
        type(code, nb::str(text.data(), text.size()), where.file_name(), where.line(), in_doubt);
    const std::pair<const nb::str&, nb::handle> attributes[] = {
        {names().key, about.key}, {names().bin, about.bin}, {names().name, about.name}};
    for (const auto& [name, value] : attributes) {
        if (value.is_valid() && nb::hasattr(type, name)) nb::setattr(error, name, value);
    }
    PyErr_SetObject(type.ptr(), error.ptr());
    throw nb::python_error();
}

}  // namespace

void raise(int code, std::string_view text, const About& about, Location where) {
    raise_full(code, text, false, about, where);
}

void raise(const client::Failure& failure, const About& about, Location where) {
    std::string text = failure.text;
    if (!failure.node.empty()) text += fmt::format(", node {}", failure.node);
    raise_full(code_of(failure), text, failure.in_doubt, about, where);
}

void raise_param(std::string_view text, Location where) {
    raise_full(client_code::param, text, false, {}, where);
}

int code_of(const client::Failure& failure) {
    switch (failure.source) {
        case client::FailureSource::server:
        case client::FailureSource::timeout:
        case client::FailureSource::interrupt:
        case client::FailureSource::cluster: return static_cast<int>(failure.code);
        case client::FailureSource::connection: return client_code::connection;
        case client::FailureSource::reply: return client_code::client;
        case client::FailureSource::request:
            if (failure.code == ResultCode::parameter) return client_code::param;
            if (failure.code == ResultCode::server_error) return client_code::client;
            return static_cast<int>(failure.code);
    }
    return client_code::client;
}

std::string_view type_text(nb::handle object) {
    return Py_TYPE(object.ptr())->tp_name;
}

}  // namespace winnow::python
