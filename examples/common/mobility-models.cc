/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "mobility-models.h"

#include "ns3/box.h"
#include "ns3/double.h"
#include "ns3/mobility-model.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/pointer.h"
#include "ns3/position-allocator.h"
#include "ns3/random-variable-stream.h"
#include "ns3/rectangle.h"
#include "ns3/string.h"
#include "ns3/surgery-attributes.h"

#include <algorithm>
#include <stdexcept>
#include <string>

using namespace ns3;
using namespace ns3::surgery;

namespace
{

/// The fastest that a device may move, m/s: beyond, it turns so often that time hardly passes.
constexpr double MOST_SPEED = 1e6;

/// The shortest time between two steps of a model, for the same reason.
const Time LEAST_STEP = MicroSeconds(1);

/// @param speed a random variable @return the largest value that it is known to have
double
GetLargest(const RandomVariableStream& speed)
{
    DoubleValue largest(0);
    speed.GetAttributeFailSafe("Constant", largest) || speed.GetAttributeFailSafe("Max", largest);
    return largest.Get();
}

/// Check that time passes while a model moves. @param model the model
/// @throws std::invalid_argument that names the attribute
void
CheckPace(const MobilityModel& model)
{
    const auto fail = [&model](const std::string& attribute, const std::string& range) {
        throw std::invalid_argument(model.GetInstanceTypeId().GetName() + ": " + attribute +
                                    ": must be " + range);
    };
    for (const std::string name : {"Speed", "MinSpeed", "MaxSpeed"})
    {
        PointerValue variable;
        DoubleValue number(0);
        const auto isVariable = HasAttributeOf(model.GetInstanceTypeId(), "PointerValue", name) &&
                                model.GetAttributeFailSafe(name, variable);
        const auto isNumber = HasAttributeOf(model.GetInstanceTypeId(), "DoubleValue", name) &&
                              model.GetAttributeFailSafe(name, number);
        const auto speed = isVariable ? variable.Get<RandomVariableStream>() : nullptr;
        if ((speed && GetLargest(*speed) > MOST_SPEED) || (isNumber && number.Get() > MOST_SPEED))
        {
            fail(name, "at most 1e6 m/s");
        }
    }
    for (const std::string name : {"TimeStep", "Time"})
    {
        TimeValue step;
        if (HasAttributeOf(model.GetInstanceTypeId(), "TimeValue", name) &&
            model.GetAttributeFailSafe(name, step) && step.Get() < LEAST_STEP)
        {
            fail(name, "at least 1 us");
        }
    }
}

/// Makes the models of nodes, one by one.
class ModelFactory
{
  public:
    /// @param mobility with a model @param center of the area, m
    ModelFactory(const Mobility& mobility, const Vector& center)
        : m_mobility(mobility)
    {
        // one that takes its children from its attributes cannot be told in text
        if (!IsTypeOf(mobility.model, MobilityModel::GetTypeId()) ||
            mobility.model == "ns3::HierarchicalMobilityModel")
        {
            throw std::invalid_argument("\"" + mobility.model +
                                        "\" is no MobilityModel that can be made, such as "
                                        "ns3::RandomWalk2dMobilityModel");
        }
        m_factory.SetTypeId(mobility.model);
        for (const auto& [name, text] : mobility.attributes)
        {
            SetAttributeOrThrow(m_factory, name, StringValue(text));
        }
        CheckPace(*m_factory.Create<MobilityModel>());
        const auto& area = mobility.area;
        const auto left = center.x - area.halfWidth;
        const auto right = center.x + area.halfWidth;
        const auto bottom = center.y - area.halfHeight;
        const auto top = center.y + area.halfHeight;
        SetDefault("RectangleValue", "Bounds", RectangleValue({left, right, bottom, top}));
        SetDefault("BoxValue", "Bounds", BoxValue({left, right, bottom, top, 0, 0}));
        SetDefault("DoubleValue", "MinX", DoubleValue(left));
        SetDefault("DoubleValue", "MaxX", DoubleValue(right));
        SetDefault("DoubleValue", "MinY", DoubleValue(bottom));
        SetDefault("DoubleValue", "MaxY", DoubleValue(top));
        if (Lacks("PointerValue", "PositionAllocator"))
        {
            const auto places = CreateObject<RandomRectanglePositionAllocator>();
            places->SetX(MakeUniform(left, right));
            places->SetY(MakeUniform(bottom, top));
            m_factory.Set("PositionAllocator", PointerValue(places));
        }
    }

    /// @param position where it begins, m @return a model
    Ptr<MobilityModel> Create(const Vector& position) const
    {
        const auto model = m_factory.Create<MobilityModel>();
        RectangleValue rectangle;
        BoxValue box;
        const auto isInside =
            HasAttribute("RectangleValue", "Bounds") &&
                    model->GetAttributeFailSafe("Bounds", rectangle)
                ? rectangle.Get().IsInside(position)
            : HasAttribute("BoxValue", "Bounds") && model->GetAttributeFailSafe("Bounds", box)
                ? box.Get().IsInside(position)
                : true;
        if (!isInside)
        {
            throw std::invalid_argument(m_mobility.model +
                                        ": a device begins outside of the attribute Bounds");
        }
        model->SetPosition(position);
        return model;
    }

  private:
    /// @param least the least value @param most the greatest @return a random variable
    static Ptr<RandomVariableStream> MakeUniform(double least, double most)
    {
        const auto variable = CreateObject<UniformRandomVariable>();
        variable->SetAttribute("Min", DoubleValue(least));
        variable->SetAttribute("Max", DoubleValue(most));
        return variable;
    }

    /// @param kind of a value @param name an attribute's @return whether the model has it
    bool HasAttribute(const std::string& kind, const std::string& name) const
    {
        return HasAttributeOf(m_factory.GetTypeId(), kind, name);
    }

    /// @param kind of a value @param name an attribute's
    /// @return whether the model has it, and it was not given
    bool Lacks(const std::string& kind, const std::string& name) const
    {
        const auto& given = m_mobility.attributes;
        return HasAttribute(kind, name) &&
               std::none_of(given.begin(), given.end(), [&](const auto& attribute) {
                   return attribute.first == name;
               });
    }

    /// Set an attribute that was not given. @param kind of its value
    /// @param name the attribute's @param value the value
    void SetDefault(const std::string& kind, const std::string& name, const AttributeValue& value)
    {
        if (Lacks(kind, name))
        {
            m_factory.Set(name, value);
        }
    }

    const Mobility& m_mobility; ///< what to make
    ObjectFactory m_factory;    ///< makes it
};

} // namespace

bool
HasAttributeOf(TypeId type, const std::string& kind, const std::string& name)
{
    TypeId::AttributeInformation attribute;
    if (!type.LookupAttributeByName(name, &attribute))
    {
        return false;
    }
    const auto value = attribute.checker->GetValueTypeName(); // some lack ns-3's namespace
    return value.substr(value.rfind(':') + 1) == kind;
}

void
CheckModel(const Mobility& mobility)
{
    ModelFactory(mobility, Vector());
}

int64_t
InstallModel(const Mobility& mobility,
             const std::vector<std::optional<Vector>>& centers,
             const NodeContainer& nodes,
             int64_t stream)
{
    auto offset = CreateObject<UniformRandomVariable>();
    offset->SetStream(stream);
    int64_t used = 1;
    for (uint32_t i = 0; i < nodes.GetN(); ++i)
    {
        const auto center = centers[i].value_or(Vector());
        auto position = center;
        if (mobility.positions.empty())
        {
            position.x += offset->GetValue(-mobility.area.halfWidth, mobility.area.halfWidth);
            position.y += offset->GetValue(-mobility.area.halfHeight, mobility.area.halfHeight);
        }
        else
        {
            position = mobility.positions[i % mobility.positions.size()];
        }
        const auto model = ModelFactory(mobility, center).Create(position);
        nodes.Get(i)->AggregateObject(model);
        used += model->AssignStreams(stream + used);
    }
    return used;
}
