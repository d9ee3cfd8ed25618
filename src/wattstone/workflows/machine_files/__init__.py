"""Files that say what a machine room or a microgrid is made of, as people keep and change them in a workspace.

    sites/ID.toml        what can be planned at a site         sites/sizes/ID.toml   which PV and storage may be built
    plants/NAME.toml     a cold-and-heat plant                 stations/NAME.toml    a compressed-air station

They are files of the workspace's folder, which every process that serves it reads, and which the command line reads
too; logs and tariffs that they name lie beside them. A text is kept only when everything in it can be used.
"""
