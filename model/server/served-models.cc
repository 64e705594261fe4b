/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "served-models.h"

#include "served-device.h"

#include "ns3/log.h"

#include <algorithm>
#include <numeric>

namespace ns3
{
namespace surgery
{

NS_LOG_COMPONENT_DEFINE("ServedModels");

ServedModels::ServedModels(const std::map<uint32_t, std::unique_ptr<ServedDevice>>& devices,
                           Ptr<ServerProcessor> processor,
                           const ModelLoader::Settings& settings,
                           ModelLoader::ChangedCallback changed)
    : m_devices(devices),
      m_processor(processor),
      m_loader(settings, changed)
{
}

void
ServedModels::HandleHello(const ServedDevice& device)
{
    const auto& models = device.GetModels();
    const auto fits = [this](const auto& model) {
        return m_loader.GetStore().CanEverHold(model.second);
    };
    const auto sum =
        std::accumulate(models.begin(),
                        models.end(),
                        uint64_t{0},
                        [](uint64_t before, const auto& model) { return before + model.second; });
    if (m_loader.GetStore().CanEverHold(sum))
    {
        return;
    }
    const auto eachFits = std::all_of(models.begin(), models.end(), fits);
    for (const auto& model : models)
    {
        if (eachFits || !fits(model))
        {
            NS_LOG_WARN("ModelMemory is smaller than the " << sum << " bytes of a device, of which "
                                                           << model.first << " needs "
                                                           << model.second);
            m_loader.Refuse(model.first, model.second);
        }
    }
}

bool
ServedModels::IsThere(const ServedDevice& device) const
{
    const auto& models = device.GetModels();
    return std::all_of(models.begin(), models.end(), [this](const auto& model) {
        return m_loader.GetStore().IsResident(model.first);
    });
}

bool
ServedModels::IsLoading(const ServedDevice& device) const
{
    const auto& models = device.GetModels();
    return std::any_of(models.begin(), models.end(), [this](const auto& model) {
        return m_loader.GetStore().IsLoading(model.first);
    });
}

bool
ServedModels::CanHold(const ServedDevice& device, ModelStore::Names inUse) const
{
    uint64_t missing = 0;
    for (const auto& [model, bytes] : device.GetModels())
    {
        missing += m_loader.GetStore().IsResident(model) ? 0 : bytes;
        inUse.insert(model);
    }
    return m_loader.GetStore().CanHold(missing, inUse);
}

bool
ServedModels::CanServe(const ServedDevice& device) const
{
    return IsThere(device) || IsLoading(device) || CanHold(device, FindInUse());
}

void
ServedModels::AddModels(const ServedDevice& device, ModelStore::Names& names)
{
    for (const auto& model : device.GetModels())
    {
        names.insert(model.first);
    }
}

ModelStore::Names
ServedModels::FindInUse() const
{
    ModelStore::Names inUse;
    if (!m_loader.GetStore().IsLimited())
    {
        return inUse; // none has to go
    }
    for (const auto& [id, device] : m_devices)
    {
        if (m_processor->GetShare(id) > 0 || device->IsBusy() || IsLoading(*device))
        {
            AddModels(*device, inUse);
        }
    }
    return inUse;
}

ServedModels::Absent
ServedModels::FindAbsent(const ModelStore::Names& inUse) const
{
    Absent absent;
    for (const auto& [id, device] : m_devices)
    {
        if (IsThere(*device) || device->IsLeaving())
        {
            continue;
        }
        if (IsLoading(*device))
        {
            absent[id] = CutReason::MODEL_LOADING;
        }
        else if (!CanHold(*device, inUse))
        {
            absent[id] = CutReason::NO_MEMORY;
        }
    }
    return absent;
}

ServedModels::Absent
ServedModels::FindAbsent() const
{
    return FindAbsent(FindInUse());
}

ServedModels::Absent
ServedModels::Load(std::map<uint32_t, double>& shares)
{
    NS_LOG_FUNCTION(this << shares.size());
    auto inUse = FindInUse();
    for (const auto& [id, share] : shares)
    {
        const auto& device = *m_devices.at(id);
        if (share > 0 && IsThere(device))
        {
            for (const auto& model : device.GetModels())
            {
                m_loader.Use(model.first);
            }
            AddModels(device, inUse);
        }
    }
    for (const auto& [id, share] : shares)
    {
        const auto& device = *m_devices.at(id);
        if (share > 0 && !IsThere(device) && !IsLoading(device) && CanHold(device, inUse))
        {
            AddModels(device, inUse);
            LoadMissing(device, inUse);
        }
    }
    const auto absent = FindAbsent(inUse);
    for (const auto& entry : absent)
    {
        shares[entry.first] = 0;
    }
    return absent;
}

void
ServedModels::LoadMissing(const ServedDevice& device, const ModelStore::Names& inUse)
{
    for (const auto& [model, bytes] : device.GetModels())
    {
        if (!m_loader.GetStore().IsResident(model))
        {
            m_loader.Load(model, bytes, inUse);
        }
    }
}

void
ServedModels::Clear()
{
    NS_LOG_FUNCTION(this);
    m_loader.Clear();
}

uint32_t
ServedModels::CountResident() const
{
    return static_cast<uint32_t>(m_loader.GetStore().CountResident());
}

} // namespace surgery
} // namespace ns3
