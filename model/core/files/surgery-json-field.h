/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_JSON_FIELD_H
#define SURGERY_JSON_FIELD_H

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * A value of a JSON document, with the place where it stands. Every error is a
 * std::invalid_argument whose message names the place, "PLACE: WHAT" in one line. A copy is cheap,
 * and keeps the document alive.
 */
class JsonField
{
  public:
    /**
     * Read a document. One that is not valid, nested more than 100 levels deep, or names a field
     * twice in one object is refused.
     *
     * @param text the document
     * @param source the file or field it stands in
     * @return its root
     */
    static JsonField Parse(const std::string& text, const std::string& source);

    /// Throw, with the place. @param what is wrong with the value
    [[noreturn]] void Reject(const std::string& what) const;

    /// @return whether it is a list
    bool IsList() const;

    /// @return its value, true or false @throws std::invalid_argument if it is neither
    bool GetFlag() const;

    /// @return the place
    const std::string& GetPlace() const;

    /// @param place another place to name in complaints @return the same value there
    JsonField At(const std::string& place) const;

    /// @return the same value, below which places are paths: "PLACE: devices[0].dnn" instead of
    /// "PLACE: devices[0]: dnn"
    JsonField WithPaths() const;

    /**
     * Expect an object that has no other fields, so that a misspelled one is not ignored.
     *
     * @param known the fields there may be
     */
    void CheckFields(const std::vector<std::string>& known) const;

    /// @param name of a field that must be there @return the field
    JsonField operator[](const std::string& name) const;

    /// @param name of a field @return whether the value is an object that has it
    bool Has(const std::string& name) const;

    /// @return whether the value is a text
    bool IsText() const;

    /// @return the text that it must be
    std::string GetText() const;

    /// @return the text that it must be, not empty
    std::string GetName() const;

    /// @return a text as it is, anything else as JSON
    std::string ToText() const;

    /// @return the value as JSON
    std::string ToJson() const;

    /// @return the text, number or flag that it must be, in text
    std::string GetScalar() const;

    /// @return whether the value is an object
    bool IsObject() const;

    /// @return the fields of the object that it must be, by name
    std::map<std::string, JsonField> GetFields() const;

    /// @return the number that it must be, finite and >= 0
    double GetNumber() const;

    /**
     * @param least what it must be at least
     * @param most what it must be at most
     * @param allowed both in words, with the unit
     * @return the number that it must be
     */
    double GetNumber(double least, double most, const std::string& allowed) const;

    /// @param least 0 or 1 @return the whole number of bytes that it must be, least to 2^53
    uint64_t GetBytes(uint64_t least = 0) const;

    /**
     * @param least what it must be at least
     * @param most what it must be at most, up to 2^53
     * @param allowed both in words
     * @return the whole number that it must be
     */
    uint64_t GetInteger(uint64_t least, uint64_t most, const std::string& allowed) const;

    /// @return the numbers of the object that it must be, finite and >= 0, by name
    std::map<std::string, double> GetNumbers() const;

    /// @return the items of the list that it must be
    std::vector<JsonField> GetItems() const;

  private:
    /// What stands between a place and the name of a field.
    enum class Places
    {
        NAMES, ///< ": "
        ROOT,  ///< ": ", and "." below
        PATHS, ///< "."
    };

    /// @param value a nlohmann::json, which keeps its document @param place where it stands
    /// @param places how its fields are named
    JsonField(std::shared_ptr<const void> value,
              const std::string& place,
              Places places = Places::NAMES);

    /// @param name of a field that is there @return the field
    JsonField GetField(const std::string& name) const;

    std::shared_ptr<const void> m_value; ///< a nlohmann::json, whose header users do not need
    std::string m_place;                 ///< for error messages
    Places m_places{Places::NAMES};      ///< how its fields are named
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_JSON_FIELD_H
