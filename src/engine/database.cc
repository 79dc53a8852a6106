#include "engine/database.h"

#include "base/memory.h"
#include "storage/file/file_store.h"
#include "storage/memory/memory_store.h"

namespace winnow {
namespace {

// Indexes over at most so many records are built before their creation is answered.
constexpr uint64_t records_built_at_once = 20'000;

FileStoreOptions file_options(const DatabaseOptions& options, const NamespaceOptions& ns,
                              const Clock& clock) {
    const StorageOptions& storage = ns.storage;
    return {
        .path = storage.directory,
        .name = ns.name,
        .mode = storage.durability == Durability::commit ? SyncMode::commit : SyncMode::interval,
        .interval_ms = storage.interval_ms,
        .segment_size = storage.segment_size,
        .buffer_max = storage.buffer_max,
        .files = options.files,
        .clock = &clock,
        .report = options.report};
}

}  // namespace

Database::Database(const DatabaseOptions& options, Clock& clock, Executor& executor)
    : Database(clock, executor) {
    for (const NamespaceOptions& each : options.namespaces) {
        CHECK(each.storage.durability == Durability::memory);
        add(each, std::make_unique<MemoryStore>());
    }
    start_background_work();
}

tl::expected<std::unique_ptr<Database>, std::string> Database::open(const DatabaseOptions& options,
                                                                    Clock& clock,
                                                                    Executor& executor) {
    std::unique_ptr<Database> database(new Database(clock, executor));
    for (const NamespaceOptions& each : options.namespaces) {
        if (each.storage.durability == Durability::memory) {
            database->add(each, std::make_unique<MemoryStore>());
            continue;
        }
        auto store = FileStore::open(file_options(options, each, clock));
        if (!store) return tl::unexpected(std::move(store.error()));
        database->file_stores_.push_back(store->get());
        database->logs_.push_back(&(*store)->log());
        database->add(each, std::move(*store));
    }
    for (const auto& ns : database->namespaces_) {
        if (auto loaded = ns->load_catalog(); !loaded)
            return tl::unexpected(std::move(loaded.error()));
        database->recoveries_.push_back(std::make_unique<NamespaceRecovery>(*ns));
    }
    return database;
}

void Database::add(const NamespaceOptions& options, std::unique_ptr<Store> store) {
    CHECK(find(options.name) == nullptr);
    record_memory_prepare();
    namespaces_.push_back(std::make_shared<Namespace>(options, std::move(store), clock_));
}

void Database::start_background_work() {
    for (const auto& ns : namespaces_) {
        expiry_.push_back(std::make_shared<ExpiryTask>(ns));
        // What was truncated before a restart is in memory again.
        if (ns->any_truncate()) expiry_.back()->hurry();
        executor_.post(expiry_.back());
    }
}

bool Database::recover_some() {
    for (const auto& recovery : recoveries_)
        if (recovery->step()) return true;
    return false;
}

Database::RecoveryProgress Database::recovery_progress() const {
    RecoveryProgress progress;
    for (const FileStore* store : file_stores_) {
        progress.read += store->segments_read();
        progress.all += store->segments_to_read();
    }
    return progress;
}

tl::expected<void, std::string> Database::finish_recovery() {
    for (const auto& recovery : recoveries_)
        if (auto finished = recovery->finish(); !finished) return finished;
    recoveries_.clear();
    start_background_work();
    return {};
}

Database::~Database() {
    for (const auto& task : expiry_) task->stop();
}

Result<> Database::create_index(const std::shared_ptr<Namespace>& ns, std::string_view name,
                                const IndexDefinition& definition) {
    auto created = ns->create_index(name, definition);
    if (!created) return fail(created.error());
    if (!created->is_new) return {};
    auto task = std::make_shared<IndexBuildTask>(ns, created->index);
    if (ns->primary().size() > records_built_at_once) {
        executor_.post(std::move(task));
        return {};
    }
    while (task->step() != Task::Next::done) {
    }
    return {};
}

Result<Lsn> Database::truncate(const std::shared_ptr<Namespace>& ns, std::string_view set,
                               uint64_t last_update_ms) {
    auto lsn = ns->truncate(set, last_update_ms);
    if (!lsn || *lsn == 0) return lsn;
    for (size_t i = 0; i < namespaces_.size(); i++) {
        if (namespaces_[i] != ns) continue;
        expiry_[i]->hurry();
        executor_.wake(expiry_[i]);
    }
    return lsn;
}

}  // namespace winnow
