// A program of somebody else's: built against libwinnow by every way there is. It has a macro and a
// header of its own by names that ours have too.

#define CHECK(what) "mine: " what

#include <winnow/winnow.h>

#include <array>
#include <cstdio>
#include <string_view>

#include "client/client.h"

static_assert(std::string_view(CHECK("kept")) == "mine: kept");
static_assert(own_client == 1);

namespace {

int fail(const char* what, const winnow::Failure& failure) {
    std::fprintf(stderr, "%s: %s\n", what, failure.message().c_str());
    return 1;
}

int tour() {
    auto database = winnow::Database::open({.serve = winnow::ServeOptions{.threads = 1}});
    if (!database) return fail("open", database.error());
    auto inside = (*database)->connect();
    if (!inside) return fail("connect", inside.error());
    auto key = winnow::Key::of("test", "demo", 1);
    std::array bins{winnow::Bin{"a", 41}, winnow::Bin{"s", "text"}};
    if (auto put = (*inside)->put(key, bins); !put) return fail("put", put.error());
    if (auto add = (*inside)->add(key, "a", 1); !add) return fail("add", add.error());

    auto outside = winnow::Client::connect({.seeds = {{"127.0.0.1", (*database)->port()}}});
    if (!outside) return fail("connect by TCP", outside.error());
    winnow::Record record;
    if (auto got = (*outside)->get(key, record); !got) return fail("get", got.error());
    std::printf("winnow %s: a = %d\n", winnow::winnow_version,
                static_cast<int>(*record.find("a")->integer()));
    return 0;
}

}  // namespace

int main() {
    return tour();
}
