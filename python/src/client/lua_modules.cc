// Modules in Lua: putting them on the servers, listing, reading and removing them. Servers that
// do not serve them yet answer UnsupportedFeature.

#include <fmt/core.h>

#include <cstdio>
#include <memory>

#include "python/src/arguments.h"
#include "python/src/client/client.h"
#include "python/src/errors.h"
#include "python/src/gil.h"

namespace winnow::python {
namespace {

constexpr int lua_file_not_found = 1302;

void check_language(nb::handle language, std::string_view what) {
    constexpr int64_t udf_type_lua = 0;
    if (integer_of(language, what) != udf_type_lua)
        raise_param(
            fmt::format("{} is {}; only UDF_TYPE_LUA is known", what, nb::repr(language).c_str()));
}

std::string text_of_file(const std::string& path) {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                         std::fclose);
    std::string text;
    char block[4096];
    size_t size = 0;
    while (file && (size = std::fread(block, 1, sizeof block, file.get())) > 0)
        text.append(block, size);
    if (!file || std::ferror(file.get()))
        raise(lua_file_not_found, fmt::format("the file '{}' cannot be read", path));
    return text;
}

int udf_put(const Client& client, nb::handle filename, nb::handle udf_type, nb::handle policy) {
    check_language(udf_type, "udf_type");
    InfoSettings settings = index_settings(policy, client.policies().info);
    std::string path = string_of(filename, "filename");
    std::string text = text_of_file(path);
    std::string name = path.substr(path.find_last_of('/') + 1);
    std::shared_ptr<client::Client> connection = client.connection();
    take(without_gil([&] { return connection->udf_put(name, text, settings); }));
    return 0;
}

int udf_remove(const Client& client, nb::handle module, nb::handle policy) {
    InfoSettings settings = index_settings(policy, client.policies().info);
    std::string name = string_of(module, "module");
    std::shared_ptr<client::Client> connection = client.connection();
    take(without_gil([&] { return connection->udf_remove(name, settings); }));
    return 0;
}

nb::list udf_list(const Client& client, nb::handle policy) {
    InfoSettings settings = info_settings(policy, client.policies().info);
    std::shared_ptr<client::Client> connection = client.connection();
    auto modules = take(without_gil([&] { return connection->udf_list(settings); }));
    nb::list made;
    for (const client::UdfModule& module : modules) {
        nb::dict entry;
        entry["name"] = module.name;
        entry["hash"] = nb::steal(bytearray_of(bytes_of(module.hash)));
        entry["type"] = 0;
        entry["content"] = nb::steal(bytearray_of({}));
        made.append(entry);
    }
    return made;
}

nb::object udf_get(const Client& client, nb::handle module, nb::handle language,
                   nb::handle policy) {
    check_language(language, "language");
    InfoSettings settings = info_settings(policy, client.policies().info);
    std::string name = string_of(module, "module");
    std::shared_ptr<client::Client> connection = client.connection();
    std::string text = take(without_gil([&] { return connection->udf_get(name, settings); }));
    return nb::steal(text_to_python(text));
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
