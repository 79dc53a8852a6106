// A fuzzer that must fail: it has a bug which only fuzzing finds, four bytes deep. If the canary
// survives, the fuzzers are built or started wrongly and their silence means nothing.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size >= 4 && data[0] == 'b' && data[1] == 'u' && data[2] == 'g' && data[3] == '!') {
        std::abort();
    }
    return 0;
}
