#pragma once
// The thread that drives a log, for whoever opens the store: neither engine nor store starts one.

#include <thread>

#include "storage/file/log_writer.h"

namespace winnow {

class LogThread {
public:
    // The log must outlive the thread.
    explicit LogThread(LogWriter& log)
        : log_(log), thread_([&log] {
              while (log.wait()) log.step();
          }) {}
    ~LogThread() {
        log_.stop();
        thread_.join();
    }
    LogThread(const LogThread&) = delete;
    LogThread& operator=(const LogThread&) = delete;

private:
    LogWriter& log_;
    std::thread thread_;
};

}  // namespace winnow
