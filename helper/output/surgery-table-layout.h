/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SURGERY_TABLE_LAYOUT_H
#define SURGERY_TABLE_LAYOUT_H

#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/surgery-table-output.h"

#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace ns3
{
namespace surgery
{

/**
 * @ingroup dnn-surgery
 *
 * How records of one kind become rows: each column is declared once, and its type follows from what
 * is read for it. A whole number becomes an INTEGER, a double a REAL, a std::string a TEXT, and a
 * Time an INTEGER of nanoseconds, or nothing if negative, which stands for an instant not reached.
 * An optional value is nothing if it has none.
 *
 * @code
 * const TableLayout<GrantRecord> layout("grants", {{"time_ns", &GrantRecord::time},
 *                                                  {"share", &GrantRecord::share}});
 * auto table = layout.AddTo(output);
 * table->Write(layout.ToRow(record));
 * @endcode
 *
 * @tparam Record what a row is made of
 */
template <typename Record>
class TableLayout
{
  public:
    /// A column, and where its values come from.
    struct Field
    {
        /**
         * @tparam Read a member of the record, or a function of it
         * @param name with the unit
         * @param read reads the value
         * @param digits significant digits of a double where it is written as text
         */
        template <typename Read>
        Field(const std::string& name, Read read, int digits = 12)
            : column{name,
                     GetType<std::decay_t<std::invoke_result_t<Read, const Record&>>>(),
                     digits},
              toValue([read](const Record& record) { return ToValue(std::invoke(read, record)); })
        {
        }

        TableColumn column;                               ///< the column
        std::function<TableValue(const Record&)> toValue; ///< its value in a row
    };

    /**
     * @param name of the table
     * @param fields from left to right
     */
    TableLayout(const std::string& name, const std::vector<Field>& fields)
        : m_name(name),
          m_fields(fields)
    {
    }

    /**
     * @return the table's name
     */
    const std::string& GetName() const
    {
        return m_name;
    }

    /**
     * @param fields further ones, to the right
     * @return this layout with these fields
     */
    TableLayout With(const std::vector<Field>& fields) const
    {
        auto all = m_fields;
        all.insert(all.end(), fields.begin(), fields.end());
        return TableLayout(m_name, all);
    }

    /**
     * @param output where to begin a table of this layout
     * @return the table
     */
    Ptr<OutputTable> AddTo(Ptr<TableOutput> output) const
    {
        std::vector<TableColumn> columns;
        for (const auto& field : m_fields)
        {
            columns.push_back(field.column);
        }
        return output->AddTable(m_name, columns);
    }

    /**
     * @param record what happened
     * @return its row
     */
    TableRow ToRow(const Record& record) const
    {
        TableRow row;
        row.reserve(m_fields.size());
        for (const auto& field : m_fields)
        {
            row.push_back(field.toValue(record));
        }
        return row;
    }

  private:
    /// Whether a C++ type is optional.
    template <typename Value>
    struct IsOptional : std::false_type
    {
    };

    /// Whether a C++ type is optional: it is.
    template <typename Value>
    struct IsOptional<std::optional<Value>> : std::true_type
    {
    };

    /// @return the type of a column of values of a C++ type
    template <typename Value>
    static constexpr ColumnType GetType()
    {
        if constexpr (IsOptional<Value>::value)
        {
            return GetType<typename Value::value_type>();
        }
        else if constexpr (std::is_same_v<Value, std::string>)
        {
            return ColumnType::TEXT;
        }
        else if constexpr (std::is_floating_point_v<Value>)
        {
            return ColumnType::REAL;
        }
        else
        {
            static_assert(std::is_integral_v<Value> || std::is_same_v<Value, Time>);
            return ColumnType::INTEGER;
        }
    }

    /// @param value of a C++ type @return as a field of a row
    template <typename Value>
    static TableValue ToValue(const Value& value)
    {
        if constexpr (IsOptional<Value>::value)
        {
            return value ? ToValue(*value) : TableValue();
        }
        else if constexpr (std::is_same_v<Value, Time>)
        {
            return value.IsStrictlyNegative() ? TableValue() : TableValue(value.GetNanoSeconds());
        }
        else if constexpr (std::is_integral_v<Value>)
        {
            return static_cast<int64_t>(value);
        }
        else
        {
            return value;
        }
    }

    std::string m_name;          ///< of the table
    std::vector<Field> m_fields; ///< from left to right
};

} // namespace surgery
} // namespace ns3

#endif // SURGERY_TABLE_LAYOUT_H
