#pragma once
// Writes the results of a command straight into the reply that is being built.

#include "engine/operate/command.h"
#include "protocol/reply/reply.h"

namespace winnow {

class MessageSink : public ReplySink {
public:
    explicit MessageSink(MessageWriter& writer) : writer_(writer) {}

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

private:
    MessageWriter& writer_;
};

}  // namespace winnow
