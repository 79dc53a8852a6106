// Modules in Lua: putting them on the servers, listing, reading and removing them. Servers that
// do not serve them yet answer UnsupportedFeature.

#include <fmt/core.h>

#include <fstream>
#include <iterator>

#include "python/src/arguments.h"
#include "python/src/client.h"
#include "python/src/errors.h"
#include "python/src/gil.h"

namespace winnow::python {
namespace {

constexpr int lua_file_not_found = 1302;
constexpr int udf_not_found = 1301;

// A name that goes into an info command.
std::string module_of(nb::handle value) {
    std::string name = string_of(value, "module");
    if (name.empty() || name.find_first_of(":;=,\n\t") != std::string::npos)
        raise_param("the name of a module is empty or has one of : ; = , TAB LF in it");
    return name;
}

std::string base64(std::string_view text) {
    nb::object bytes =
        owned(PyBytes_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
    return nb::cast<std::string>(
        nb::module_::import_("base64").attr("b64encode")(bytes).attr("decode")("ascii"));
}

nb::object decode_base64(std::string_view text) {
    return nb::module_::import_("base64")
        .attr("b64decode")(nb::str(text.data(), text.size()))
        .attr("decode")("utf-8");
}

// The value of `name=` up to the next ';' or ','.
std::string_view field(std::string_view answer, std::string_view name) {
    size_t at = answer.find(name);
    if (at == std::string_view::npos) return {};
    answer.remove_prefix(at + name.size());
    return answer.substr(0, answer.find_first_of(";,"));
}

std::string ask(const Client& client, const std::string& command, nb::handle policy) {
    InfoSettings settings = info_settings(policy, client.policies().info);
    std::shared_ptr<client::Client> connection = client.connection();
    return take(without_gil([&] { return connection->info(command, settings); }));
}

int udf_put(const Client& client, nb::handle filename, int64_t udf_type, nb::handle policy) {
    if (udf_type != 0)
        raise_param(fmt::format("udf_type is {}; only UDF_TYPE_LUA is known", udf_type));
    std::string path = string_of(filename, "filename");
    std::ifstream file(path, std::ios::binary);
    std::string content(std::istreambuf_iterator<char>(file), {});
    if (!file.is_open() || file.bad())
        raise(lua_file_not_found, fmt::format("the file '{}' cannot be read", path));
    std::string name = path.substr(path.find_last_of('/') + 1);
    std::string encoded = base64(content);
    ask(client,
        fmt::format("udf-put:filename={};content={};content-len={};udf-type=LUA;",
                    module_of(nb::cast(name)), encoded, encoded.size()),
        policy);
    return 0;
}

int udf_remove(const Client& client, nb::handle module, nb::handle policy) {
    ask(client, fmt::format("udf-remove:filename={};", module_of(module)), policy);
    return 0;
}

nb::list udf_list(const Client& client, nb::handle policy) {
    std::string answer = ask(client, "udf-list", policy);
    std::string_view rest = answer;
    nb::list made;
    while (!rest.empty()) {
        size_t end = std::min(rest.find(';'), rest.size());
        std::string_view entry = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (entry.empty()) continue;
        nb::dict module;
        module["name"] = field(entry, "filename=");
        module["hash"] = nb::steal(bytearray_of(bytes_of(field(entry, "hash="))));
        module["type"] = 0;
        module["content"] = nb::steal(bytearray_of({}));
        made.append(module);
    }
    return made;
}

nb::object udf_get(const Client& client, nb::handle module, int64_t language, nb::handle policy) {
    if (language != 0)
        raise_param(fmt::format("language is {}; only UDF_TYPE_LUA is known", language));
    std::string name = module_of(module);
    std::string answer = ask(client, fmt::format("udf-get:filename={};", name), policy);
    if (answer.find("content=") == std::string::npos)
        raise(udf_not_found, fmt::format("there is no module '{}'", name));
    return decode_base64(field(answer, "content="));
}

}  // namespace

void bind_functions_in_lua(ClientClass& type) {
    const auto policy = optional("policy");
    type.def("udf_put", udf_put, required("filename"), nb::arg("udf_type") = 0, policy,
             "Sends a module in Lua to the servers.")
        .def("udf_remove", udf_remove, required("module"), policy, "Removes a module in Lua.")
        .def("udf_list", udf_list, policy, "The modules in Lua.")
        .def("udf_get", udf_get, required("module"), nb::arg("language") = 0, policy,
             "The text of a module in Lua.");
}

}  // namespace winnow::python
