#pragma once
// For the tests of the client: a transport without sockets, whose nodes answer as the test says.
// Nodes and what they do may be changed between calls, by the thread that makes the calls.

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "client/transport/transport.h"
#include "protocol/frame.h"
#include "protocol/reply/reply.h"
#include "protocol/request.h"

namespace winnow::client {

// A bitmap of the partitions for which `has` is true, as in a `replicas` answer.
inline std::string bitmap_text(const std::function<bool(uint32_t)>& has) {
    static constexpr char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (uint32_t bit = 0; bit < partition_count; bit += 6) {
        uint32_t value = 0;
        for (uint32_t i = bit; i < bit + 6; i++)
            value = value << 1 | (i < partition_count && has(i) ? 1 : 0);
        text.push_back(digits[value]);
    }
    return text + "=";  // 683 digits for 4096 bits
}

// What a node does with one request frame.
struct ScriptedNode {
    std::string name;
    bool reachable = true;
    // Answers to info lines; one that is missing is answered ERROR:4.
    std::map<std::string, std::string, std::less<>> info;
    // The reply frames to a message; none: the connection breaks off. Null: the same.
    std::function<std::vector<Buffer>(Bytes frame)> on_message;
    // The next so many receives of a message break off, though the request was seen.
    int lost_replies = 0;
    // The same, but the receive ends with a timeout.
    int late_replies = 0;
    // The same, but the receive asks the call's interrupt and ends as it says.
    int interrupted_replies = 0;
    // The next so many channels that were kept turn out to be cut when they are used.
    int cut_channels = 0;

    std::vector<std::string> asked;  // info lines
    std::vector<Buffer> messages;    // request frames
    int opened = 0;
};

// Makes a node that has `has` as master in namespace test and, with others, `replica` as next.
inline void describe(ScriptedNode& node, const std::function<bool(uint32_t)>& has,
                     const std::function<bool(uint32_t)>& replica = nullptr) {
    node.info["node"] = node.name;
    node.info["build"] = "8.0.0.0";
    node.info["features"] = "pquery;batch-any;replicas;query-show";
    node.info["partition-generation"] = "1";
    node.info["peers-generation"] = "1";
    node.info["peers-clear-std"] = "1,3000,[]";
    node.info["replicas"] = "test:0," + std::string(replica ? "2," : "1,") + bitmap_text(has) +
                            (replica ? "," + bitmap_text(replica) : "");
}

class ScriptedTransport : public Transport {
public:
    using Nodes = std::map<std::string, ScriptedNode>;  // by host:port

    explicit ScriptedTransport(Nodes& nodes) : nodes_(nodes) {}

    Result<std::unique_ptr<Channel>> open(const NodeAddress& address, Deadline) override {
        auto found = nodes_.find(address.text());
        if (found == nodes_.end() || !found->second.reachable)
            return fail(ResultCode::server_error, "could not connect");
        found->second.opened++;
        return std::make_unique<ScriptedChannel>(found->second);
    }

private:
    class ScriptedChannel : public Channel {
    public:
        explicit ScriptedChannel(ScriptedNode& node) : node_(node) {}

        Result<> send(Bytes frame, Deadline) override {
            if (used_ && node_.cut_channels > 0) {
                node_.cut_channels--;
                broken_ = true;
            }
            used_ = true;
            if (broken_ || !node_.reachable)
                return fail(ResultCode::server_error, "the server closed the connection");
            Result<FrameHeader> header = decode_frame_header(frame);
            EXPECT_TRUE(header && header->size + frame_header_size == frame.size());
            if (header->type == FrameType::info)
                replies_.push_back(answer_info(frame.subspan(frame_header_size)));
            else
                answer_message(frame);
            return {};
        }

        Result<Frame> receive(Deadline deadline) override {
            if (interrupted_ && deadline.interrupted())
                return fail(ResultCode::query_aborted, "the call was interrupted");
            if (late_) return fail(ResultCode::timeout, "the server did not answer in time");
            if (broken_ || replies_.empty())
                return fail(ResultCode::server_error, "the server closed the connection");
            current_ = std::move(replies_.front());
            replies_.pop_front();
            Result<FrameHeader> header = decode_frame_header(current_.bytes());
            EXPECT_TRUE(header);
            return Frame{header->type, current_.bytes().subspan(frame_header_size)};
        }

        bool reusable() override { return !broken_ && replies_.empty(); }

    private:
        Buffer answer_info(Bytes body) {
            Buffer reply;
            size_t start = begin_frame(reply);
            std::string_view rest = text_of(body);
            while (!rest.empty()) {
                std::string_view line = rest.substr(0, rest.find('\n'));
                rest.remove_prefix(line.size() + 1);
                node_.asked.emplace_back(line);
                auto found = node_.info.find(line);
                reply.append(line);
                reply.append("\t");
                reply.append(found == node_.info.end() ? "ERROR:4:unrecognized command"
                                                       : std::string_view(found->second));
                reply.append("\n");
            }
            end_frame(reply, start, FrameType::info);
            return reply;
        }

        void answer_message(Bytes frame) {
            node_.messages.emplace_back().append(frame);
            if (node_.late_replies > 0) {
                node_.late_replies--;
                late_ = true;
            } else if (node_.interrupted_replies > 0) {
                node_.interrupted_replies--;
                interrupted_ = true;
            } else if (node_.lost_replies > 0 || !node_.on_message) {
                node_.lost_replies--;
                broken_ = true;
            } else {
                for (Buffer& reply : node_.on_message(frame)) replies_.push_back(std::move(reply));
            }
        }

        ScriptedNode& node_;
        std::deque<Buffer> replies_;
        Buffer current_;
        bool used_ = false;
        bool broken_ = false;
        bool late_ = false;
        bool interrupted_ = false;
    };

    Nodes& nodes_;
};

// One frame with whatever `fill` writes.
inline Buffer reply_frame(const std::function<void(MessageWriter&)>& fill) {
    Buffer out;
    MessageWriter writer(out);
    writer.begin_frame();
    fill(writer);
    writer.end_frame();
    return out;
}

inline std::vector<Buffer> one_reply(const ReplyHeader& header) {
    std::vector<Buffer> frames;
    frames.push_back(reply_frame([&](MessageWriter& writer) { writer.add_header(header); }));
    return frames;
}

inline Request request_of(Bytes frame) {
    Result<Request> request = decode_request(frame.subspan(frame_header_size));
    EXPECT_TRUE(request);
    return request ? *request : Request{};
}

}  // namespace winnow::client
