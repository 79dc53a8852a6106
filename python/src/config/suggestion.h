#pragma once
// For errors about names: those that may have been meant.

#include <span>
#include <string>
#include <string_view>

namespace winnow::python {

// "; did you mean 'hosts'?" with the nearest of `known`, or "; known are ..." with all of them if
// none is near. At most about twenty names are listed.
std::string suggestion(std::string_view name, std::span<const std::string_view> known);

}  // namespace winnow::python
