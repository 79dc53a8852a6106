#include "engine/database.h"

#include "base/memory.h"
#include "storage/memory/memory_store.h"

namespace winnow {
namespace {

// Indexes over at most so many records are built before their creation is answered.
constexpr uint64_t records_built_at_once = 20'000;

}  // namespace

Database::Database(const DatabaseOptions& options, Clock& clock, Executor& executor)
    : clock_(clock), executor_(executor) {
    record_memory_prepare();
    for (const NamespaceOptions& each : options.namespaces) {
        CHECK(find(each.name) == nullptr);
        namespaces_.push_back(
            std::make_shared<Namespace>(each, std::make_unique<MemoryStore>(), clock));
        expiry_.push_back(std::make_shared<ExpiryTask>(namespaces_.back()));
        executor_.post(expiry_.back());
    }
}

Database::~Database() {
    for (const auto& task : expiry_) task->stop();
}

Result<> Database::create_index(const std::shared_ptr<Namespace>& ns, std::string_view name,
                                const IndexDefinition& definition) {
    std::optional<uint16_t> set;
    if (!definition.set.empty()) {
        auto id = ns->sets().find_or_create(definition.set);
        if (!id) return fail(id.error());
        set = *id;
    }
    auto created = ns->indexes().create(name, definition, set);
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

void Database::truncate(const std::shared_ptr<Namespace>& ns, std::string_view set,
                        uint64_t last_update_ms) {
    if (!ns->truncate(set, last_update_ms)) return;
    for (size_t i = 0; i < namespaces_.size(); i++) {
        if (namespaces_[i] != ns) continue;
        expiry_[i]->hurry();
        executor_.wake(expiry_[i]);
    }
}

}  // namespace winnow
