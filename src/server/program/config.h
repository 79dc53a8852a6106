#pragma once
// The configuration file of winnowd: TOML, its keys as in docs/configuration.md.

#include <tl/expected.hpp>

#include <string>

#include "server/options.h"

namespace winnow {

// Reads the file over `options`. The error is one line that names file, line and remedy.
tl::expected<void, std::string> read_config(const std::string& file, ServerOptions& options);

}  // namespace winnow
