/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model-loader.h"

#include "ns3/simulator.h"
#include "ns3/surgery-bounded-time.h"

namespace ns3
{
namespace surgery
{

ModelLoader::ModelLoader(const Settings& settings, ChangedCallback changed)
    : m_settings(settings),
      m_changed(changed),
      m_store(settings.memoryBytes)
{
}

ModelLoader::~ModelLoader()
{
    m_loadEvent.Cancel();
}

const ModelStore&
ModelLoader::GetStore() const
{
    return m_store;
}

void
ModelLoader::Load(const std::string& model, uint64_t bytes, const ModelStore::Names& inUse)
{
    for (const auto& [name, size] : m_store.BeginLoading(model, bytes, inUse))
    {
        Tell(name, ModelEvent::EVICTED, size);
    }
    m_requests.push_back({model, bytes});
    if (m_requests.size() == 1)
    {
        LoadNext();
    }
}

void
ModelLoader::LoadNext()
{
    const auto& [model, bytes] = m_requests.front();
    const auto time = GetLoadTime(bytes);
    if (time.IsZero())
    {
        HandleLoaded();
        return;
    }
    Tell(model, ModelEvent::LOADING, bytes);
    m_loadEvent = Simulator::Schedule(time, &ModelLoader::HandleLoaded, this);
}

void
ModelLoader::HandleLoaded()
{
    const auto [model, bytes] = m_requests.front();
    m_requests.pop_front();
    m_store.FinishLoading(model);
    Tell(model, ModelEvent::LOADED, bytes);
    if (!m_requests.empty())
    {
        LoadNext();
    }
}

Time
ModelLoader::GetLoadTime(uint64_t bytes) const
{
    const auto bps = m_settings.rate.GetBitRate();
    const auto seconds =
        bps > 0 ? 8.0 * static_cast<double>(bytes) / static_cast<double>(bps) : 0.0;
    return BoundTime(m_settings.delay + BoundTime(seconds));
}

void
ModelLoader::Use(const std::string& model)
{
    m_store.Use(model);
}

void
ModelLoader::Refuse(const std::string& model, uint64_t bytes)
{
    if (m_refused.insert(model).second)
    {
        const auto isAlone = !m_store.CanEverHold(bytes);
        Tell(model, isAlone ? ModelEvent::TOO_LARGE : ModelEvent::TOO_LARGE_TOGETHER, bytes);
    }
}

void
ModelLoader::Clear()
{
    m_loadEvent.Cancel();
    m_requests.clear();
    for (const auto& [name, bytes] : m_store.Clear())
    {
        Tell(name, ModelEvent::EVICTED, bytes);
    }
}

void
ModelLoader::Tell(const std::string& model, ModelEvent event, uint64_t bytes) const
{
    ModelRecord record;
    record.time = Simulator::Now();
    record.dnn = model;
    record.event = event;
    record.bytes = bytes;
    record.residentBytes = m_store.GetResidentBytes();
    m_changed(record);
}

} // namespace surgery
} // namespace ns3
