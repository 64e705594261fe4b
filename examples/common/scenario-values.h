/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SCENARIO_VALUES_H
#define SCENARIO_VALUES_H

#include "attributes.h"
#include "scenario-fields.h"

#include "ns3/dnn-processor.h"
#include "ns3/dnn-profile-library.h"
#include "ns3/nstime.h"
#include "ns3/surgery-json-field.h"
#include "ns3/surgery-type-names.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

/**
 * @file
 * Values of a scenario's fields, as ns-3 has them. All throw std::invalid_argument in one line that
 * names the field's path and what is allowed.
 */

/**
 * @param field a number of seconds
 * @param range where it may lie, s
 * @return it, to the nanosecond
 */
ns3::Time GetTime(const ns3::surgery::JsonField& field, const Range& range);

/**
 * @param time a duration
 * @return it as ns-3 reads it
 */
std::string ToAttribute(ns3::Time time);

/**
 * @param field a coordinate
 * @return it, m
 */
double GetCoordinate(const ns3::surgery::JsonField& field);

/**
 * @param field START+DURATION ...
 * @return it, checked
 */
std::string GetOutages(const ns3::surgery::JsonField& field);

/**
 * @param field an object of ns-3's attributes
 * @param check called with each name and value, if there is one; throws std::invalid_argument
 *        without a place
 * @return they
 */
Attributes ReadAttributes(
    const ns3::surgery::JsonField& field,
    const std::function<void(const std::string& name, const std::string& text)>& check = nullptr);

/**
 * @param field an object of ns-3's attributes, which are checked elsewhere
 * @return they, as TypeNames takes them: "[NAME=VALUE|...]"; empty if there are none
 */
std::string ReadBracketed(const ns3::surgery::JsonField& field);

/**
 * @param field an object by short name or TypeId, with attributes in brackets or none
 * @param names of the kind of object
 * @return it with the whole name of its TypeId, as ns-3 reads it
 */
std::string ReadObject(const ns3::surgery::JsonField& field, const ns3::surgery::TypeNames& names);

/**
 * @param field a number, or a random variable by short name or TypeId, in s
 * @param range of the number
 * @return the random variable, as ns-3 reads it
 */
std::string ReadRandomVariable(const ns3::surgery::JsonField& field,
                               const Range& range = TIME_RANGE);

/**
 * @param field a profile's name or path, or a profile
 * @param folder where relative paths start
 * @param library where profiles come from, with the same folder
 * @return the processor, and what an attribute Processor is to be
 */
std::pair<std::shared_ptr<const ns3::surgery::Processor>, std::string> ReadProcessor(
    const ns3::surgery::JsonField& field,
    const std::string& folder,
    ns3::surgery::ProfileLibrary& library);

#endif // SCENARIO_VALUES_H
