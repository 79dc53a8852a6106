#pragma once
// What the tests of the info commands share: a server without a network, and a session with it in
// which a command is a text and so is its answer.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/epoch.h"
#include "base/executor.h"
#include "engine/operate/operate.h"
#include "protocol/frame.h"
#include "record/value/particle.h"
#include "server/info/info.h"

namespace winnow {

class InfoTest : public testing::Test {
protected:
    InfoTest() : context_{database_, executor_, {}, {}, {}, {}} {
        context_.identity = {.node_id = "BB9000000000001",
                             .cluster_name = "",
                             .build = "8.0.0.15",
                             .version = "1.2.3",
                             .service_addresses = {"10.0.0.1:3000", "10.0.0.2:3000"},
                             .port = 3000,
                             .started_ns = clock_.monotonic_ns()};
    }

    // The body of the reply to a request body.
    std::string ask_body(std::string_view body) {
        Buffer out;
        handle_info(context_, bytes_of(body), out);
        auto header = decode_frame_header(out.bytes());
        EXPECT_TRUE(header && header->type == FrameType::info);
        EXPECT_EQ(header->size, out.size() - frame_header_size);
        return std::string(text_of(out.bytes().subspan(frame_header_size)));
    }

    // The value of one command.
    std::string ask(std::string_view command) {
        std::string body = ask_body(std::string(command) + "\n");
        std::string head = std::string(command) + "\t";
        EXPECT_EQ(body.substr(0, head.size()), head);
        EXPECT_EQ(body.back(), '\n');
        return body.substr(head.size(), body.size() - head.size() - 1);
    }

    // The value of a key among `key=value` pairs; "absent" if it is not there.
    static std::string value_of(std::string_view pairs, std::string_view key,
                                char separator = ';') {
        while (!pairs.empty()) {
            std::string_view pair = pairs.substr(0, pairs.find(separator));
            pairs.remove_prefix(std::min(pairs.size(), pair.size() + 1));
            if (pair.substr(0, pair.find('=')) == key)
                return std::string(pair.substr(pair.find('=') + 1));
        }
        return "absent";
    }

    // Writes bin `n` of a record; its digest comes from the key.
    void put(std::string_view ns, std::string_view set, int64_t key, int64_t n) {
        uint8_t value[8];
        store_be(value, n);
        Operation operation{.code = OperationCode::write,
                            .particle = static_cast<uint8_t>(Particle::integer),
                            .name = "n",
                            .value = value};
        Command command;
        command.digest = digest_of("", key);
        command.set = set;
        command.writes = true;
        command.operations = {&operation, 1};
        NoResults sink;
        ASSERT_TRUE(operate(**database_.find(ns), command, sink).has_value());
    }

    // How many records a client would find.
    size_t live(std::string_view ns, int64_t keys) {
        size_t found = 0;
        EpochGuard guard;
        for (int64_t key = 0; key < keys; key++) {
            Namespace& where = **database_.find(ns);
            IndexEntry entry = where.primary().find(digest_of("", key));
            if (entry && where.is_live(entry, clock_.now_ms())) found++;
        }
        return found;
    }

    ManualClock clock_;
    LocalExecutor executor_;
    Database database_{{.namespaces = {{.name = "test"}, {.name = "bar"}}}, clock_, executor_};
    ServerContext context_;

private:
    class NoResults : public ReplySink {
        void all_bins(const Version&) override {}
        void bin(uint8_t, Bytes) override {}
        void result(const Operation&, uint8_t, Bytes) override {}
    };
};

}  // namespace winnow
