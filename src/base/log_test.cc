#include "base/log.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace winnow {
namespace {

std::vector<std::string> lines;

void keep(LogLevel level, std::string_view text) {
    lines.push_back((level == LogLevel::warning ? "warning " : "") + std::string(text));
}

TEST(Log, GoesToTheSinkWhileThereIsOne) {
    set_log_sink(keep);
    log_warning("node {} is gone", 7);
    log(LogLevel::debug, "not at this level");
    set_log_sink(nullptr);

    testing::internal::CaptureStderr();
    log_warning("to standard error");
    EXPECT_NE(testing::internal::GetCapturedStderr().find("to standard error"), std::string::npos);
    EXPECT_EQ(lines, std::vector<std::string>{"warning node 7 is gone"});
}

}  // namespace
}  // namespace winnow
