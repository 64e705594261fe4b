/*
 * Copyright (c) 2026 The dnn-surgery authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Prints what the module's TypeIds tell of attributes and trace sources, a line each, its fields
// separated by tabs: class and base class; attribute, type with its range, default and help; trace
// source, signature and help. ./surgery attribute-pages makes pages of the manual of them.

#include "ns3/nstime.h"
#include "ns3/surgery-mec-server.h"
#include "ns3/type-id.h"

#include <iostream>
#include <string>

using namespace ns3;

int
main()
{
    // a linker leaves out a library of which nothing is used, and with it all that it registers
    surgery::MecServer::GetTypeId();
    const std::string module = "ns3::surgery::";
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const auto tid = TypeId::GetRegistered(i);
        if (tid.GetName().compare(0, module.size(), module) != 0)
        {
            continue;
        }
        std::cout << "class\t" << tid.GetName() << '\t' << tid.GetParent().GetName() << '\n';
        for (std::size_t n = 0; n < tid.GetAttributeN(); ++n)
        {
            const auto attribute = tid.GetAttribute(n);
            auto initial = attribute.originalInitialValue->SerializeToString(attribute.checker);
            // written as text, times differ between the releases of ns-3
            if (const auto* time =
                    dynamic_cast<const TimeValue*>(PeekPointer(attribute.originalInitialValue)))
            {
                initial = std::to_string(time->Get().GetNanoSeconds());
            }
            std::cout << "attribute\t" << attribute.name << '\t'
                      << (attribute.checker->HasUnderlyingTypeInformation()
                              ? attribute.checker->GetUnderlyingTypeInformation()
                              : "")
                      << '\t' << initial << '\t' << attribute.help << '\n';
        }
        for (std::size_t n = 0; n < tid.GetTraceSourceN(); ++n)
        {
            const auto source = tid.GetTraceSource(n);
            std::cout << "source\t" << source.name << '\t' << source.callback << '\t' << source.help
                      << '\n';
        }
    }
    return 0;
}
