"""Product footprints in the form of the PACT data exchange protocol, version 3: read, checked, converted, written.

Made after the protocol of the World Business Council for Sustainable Development, without any part of its text; NOTICE
says so.
"""
