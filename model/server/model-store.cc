/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "model-store.h"

#include <algorithm>

namespace ns3
{
namespace surgery
{

ModelStore::ModelStore(uint64_t memoryBytes)
    : m_memoryBytes(memoryBytes)
{
}

bool
ModelStore::IsLimited() const
{
    return m_memoryBytes > 0;
}

bool
ModelStore::IsResident(const std::string& model) const
{
    const auto found = m_models.find(model);
    return found != m_models.end() && found->second.isResident;
}

bool
ModelStore::IsLoading(const std::string& model) const
{
    const auto found = m_models.find(model);
    return found != m_models.end() && !found->second.isResident;
}

bool
ModelStore::CanEverHold(uint64_t bytes) const
{
    return !IsLimited() || bytes <= m_memoryBytes;
}

bool
ModelStore::CanHold(uint64_t bytes, const Names& inUse) const
{
    return !IsLimited() || (CanEverHold(bytes) && GetBytesToKeep(inUse) <= m_memoryBytes - bytes);
}

uint64_t
ModelStore::GetBytesToKeep(const Names& inUse) const
{
    uint64_t bytes = 0;
    for (const auto& [name, model] : m_models)
    {
        bytes += !model.isResident || inUse.count(name) > 0 ? model.bytes : 0;
    }
    return bytes;
}

std::vector<std::pair<std::string, uint64_t>>
ModelStore::BeginLoading(const std::string& model, uint64_t bytes, const Names& inUse)
{
    std::vector<std::pair<std::string, uint64_t>> evicted;
    uint64_t taken = 0;
    for (const auto& entry : m_models)
    {
        taken += entry.second.bytes;
    }
    while (IsLimited() && taken > m_memoryBytes - bytes)
    {
        auto oldest = m_models.end();
        for (auto it = m_models.begin(); it != m_models.end(); ++it)
        {
            const auto& other = it->second;
            if (other.isResident && inUse.count(it->first) == 0 &&
                (oldest == m_models.end() || other.lastUse < oldest->second.lastUse))
            {
                oldest = it;
            }
        }
        taken -= oldest->second.bytes;
        evicted.emplace_back(oldest->first, oldest->second.bytes);
        m_models.erase(oldest);
    }
    m_models[model].bytes = bytes;
    return evicted;
}

uint64_t
ModelStore::FinishLoading(const std::string& model)
{
    auto& entry = m_models.at(model);
    entry.isResident = true;
    entry.lastUse = ++m_uses;
    return entry.bytes;
}

void
ModelStore::Use(const std::string& model)
{
    const auto found = m_models.find(model);
    if (found != m_models.end() && found->second.isResident)
    {
        found->second.lastUse = ++m_uses;
    }
}

std::vector<std::pair<std::string, uint64_t>>
ModelStore::Clear()
{
    std::vector<std::pair<std::string, uint64_t>> models;
    for (const auto& [name, model] : m_models)
    {
        models.emplace_back(name, model.bytes);
    }
    m_models.clear();
    return models;
}

std::size_t
ModelStore::CountResident() const
{
    return std::count_if(m_models.begin(), m_models.end(), [](const auto& entry) {
        return entry.second.isResident;
    });
}

uint64_t
ModelStore::GetResidentBytes() const
{
    uint64_t bytes = 0;
    for (const auto& [name, model] : m_models)
    {
        bytes += model.isResident ? model.bytes : 0;
    }
    return bytes;
}

} // namespace surgery
} // namespace ns3
