#pragma once
// What the tests of the embedded database share: one that is open, with a client, and the few calls
// that all of them make.

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "embedded/database.h"

namespace winnow::embedded {

inline std::unique_ptr<Database> open_database(Options options = {}) {
    auto opened = Database::open(std::move(options));
    EXPECT_TRUE(opened) << opened.error().message();
    return opened ? std::move(*opened) : nullptr;
}

inline std::unique_ptr<client::Client> connect(const Database& database) {
    auto connected = database.connect();
    EXPECT_TRUE(connected) << connected.error().message();
    return connected ? std::move(*connected) : nullptr;
}

// Records in memory, dead ones that were not freed yet included.
inline uint64_t objects(const client::Client& client) {
    constexpr std::string_view name = ";objects=";
    auto answer = client.info("namespace/test");
    EXPECT_TRUE(answer);
    return std::stoull(answer->substr(answer->find(name) + name.size()));
}

class EmbeddedTest : public testing::Test {
protected:
    static client::Key key(int64_t number) { return client::Key::of("test", "demo", number); }

    // Record `number` has the bins n (its number), g (its last digit) and text (of `size` bytes).
    void fill(int64_t count, size_t size = 10) {
        std::string text(size, 'x');
        for (int64_t i = 0; i < count; i++) {
            std::array bins{client::Bin{"n", i}, client::Bin{"g", i % 10},
                            client::Bin{"text", text}};
            client::Outcome<> put = client_->put(key(i), bins);
            ASSERT_TRUE(put) << put.error().message();
        }
    }

    uint64_t running_jobs() {
        auto answer = client_->info("query-show");
        EXPECT_TRUE(answer);
        uint64_t running = 0;
        for (size_t at = 0; (at = answer->find("status=active", at)) != std::string::npos; at++)
            running++;
        return running;
    }

    std::unique_ptr<Database> database_ = open_database();
    std::unique_ptr<client::Client> client_ = connect(*database_);
};

}  // namespace winnow::embedded
