#pragma once
// Writes the results of a command straight into the reply that is being built.

#include "engine/operate/command.h"
#include "protocol/reply/reply.h"

namespace winnow {

class MessageSink : public ReplySink {
public:
    explicit MessageSink(MessageWriter& writer) : writer_(writer) {}

    void found(const Version& version) override {
        generation_ = version.generation();
        void_time_ = version.void_time();
    }
    void all_bins(const Version& version) override {
        for (uint32_t i = 0; i < version.bin_count(); i++)
            writer_.add_bin(OperationCode::read, version.bin_particle(i), version.bin_record(i));
    }
    void bin(uint8_t particle, Bytes record) override {
        writer_.add_bin(OperationCode::read, particle, record);
    }
    void result(const Operation& operation, uint8_t particle, Bytes value) override {
        writer_.add_operation(operation.code, particle, operation.name, value);
    }

    // Of the record as it was found, 0 if it was not: an error carries them.
    uint32_t generation() const { return generation_; }
    uint32_t void_time() const { return void_time_; }

private:
    MessageWriter& writer_;
    uint32_t generation_ = 0;
    uint32_t void_time_ = 0;
};

}  // namespace winnow
