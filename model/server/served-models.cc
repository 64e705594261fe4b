/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "served-models.h"

#include "served-device.h"

#include "ns3/log.h"

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
    if (!m_loader.GetStore().CanEverHold(device.GetModelBytes()))
    {
        NS_LOG_WARN("ModelMemory is smaller than the " << device.GetModelBytes() << " bytes of "
                                                       << device.GetModel());
        m_loader.Refuse(device.GetModel(), device.GetModelBytes());
    }
}

bool
ServedModels::IsThere(const ServedDevice& device) const
{
    return device.GetModel().empty() || m_loader.GetStore().IsResident(device.GetModel());
}

bool
ServedModels::CanServe(const ServedDevice& device) const
{
    const auto& store = m_loader.GetStore();
    return IsThere(device) || store.IsLoading(device.GetModel()) ||
           store.CanHold(device.GetModelBytes(), FindInUse());
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
        if (m_processor->GetShare(id) > 0 || device->IsBusy())
        {
            inUse.insert(device->GetModel());
        }
    }
    return inUse;
}

ServedModels::Absent
ServedModels::FindAbsent(const ModelStore::Names& inUse) const
{
    const auto& store = m_loader.GetStore();
    Absent absent;
    for (const auto& [id, device] : m_devices)
    {
        if (IsThere(*device) || device->IsLeaving())
        {
            continue;
        }
        if (store.IsLoading(device->GetModel()))
        {
            absent[id] = CutReason::MODEL_LOADING;
        }
        else if (!store.CanHold(device->GetModelBytes(), inUse))
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
            m_loader.Use(device.GetModel());
            inUse.insert(device.GetModel());
        }
    }
    for (const auto& [id, share] : shares)
    {
        const auto& device = *m_devices.at(id);
        const auto& store = m_loader.GetStore();
        if (share > 0 && !IsThere(device) && !store.IsLoading(device.GetModel()) &&
            store.CanHold(device.GetModelBytes(), inUse))
        {
            m_loader.Load(device.GetModel(), device.GetModelBytes(), inUse);
            inUse.insert(device.GetModel());
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
